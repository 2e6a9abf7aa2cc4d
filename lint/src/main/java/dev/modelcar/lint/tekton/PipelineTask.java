package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A task of a pipeline: its parameters, matrix and when expressions. */
record PipelineTask(Check check, At task) {
  private static final int MOST_COMBINATIONS = 256;
  private static final Pattern ARTIFACT =
      Pattern.compile("\\$\\(tasks\\.[^.]+\\.(?:inputs|outputs)\\.[^.)]+\\)");

  /** The variables of one place. */
  record Expressions(At at, List<String> texts) {}

  boolean isMatrix() {
    return isMatrix(task);
  }

  static boolean isMatrix(At task) {
    return task.get("matrix", "params").size() > 0 || task.get("matrix", "include").size() > 0;
  }

  /** Parameters of the task and of its matrix. */
  List<At> params() {
    List<At> params = new ArrayList<>(task.get("params").items());
    params.addAll(matrixParams());
    return params;
  }

  private List<At> matrixParams() {
    List<At> params = new ArrayList<>(task.get("matrix", "params").items());
    task.get("matrix", "include")
        .items()
        .forEach(include -> params.addAll(include.get("params").items()));
    return params;
  }

  /** The variables of the task's parameters and when expressions. */
  List<Expressions> expressions() {
    List<Expressions> found = new ArrayList<>();
    for (At param : task.get("params").items()) {
      found.add(new Expressions(param.get("value"), ResultRef.expressions(param.get("value"))));
    }
    for (At when : task.get("when").items()) {
      found.add(new Expressions(when, ResultRef.ofWhen(when)));
    }
    return found;
  }

  /** The results that it needs. */
  List<ResultRef> references(boolean withSteps) {
    List<String> expressions = new ArrayList<>();
    params().forEach(param -> expressions.addAll(ResultRef.expressions(param.get("value"))));
    task.get("when").items().forEach(when -> expressions.addAll(ResultRef.ofWhen(when)));
    if (withSteps) {
      for (String list : List.of("steps", "sidecars")) {
        for (At container : task.get("taskSpec", list).items()) {
          StepTexts.replaced(container)
              .forEach(text -> expressions.addAll(Variables.expressions(text.text())));
        }
      }
    }
    return ResultRef.all(expressions);
  }

  void artifacts() {
    for (At param : task.get("params").items()) {
      if (ResultRef.texts(param.get("value")).stream()
          .anyMatch(text -> ARTIFACT.matcher(text).find())) {
        check.disabled(param.get("value"), "artifacts", "enable-artifacts");
      }
    }
  }

  void prefixes(Set<String> known) {
    List<Expressions> all = new ArrayList<>(expressions());
    for (At param : matrixParams()) {
      all.add(new Expressions(param.get("value"), ResultRef.expressions(param.get("value"))));
    }
    for (Expressions found : all) {
      for (String text : found.texts()) {
        if (!known.contains(text.split("\\.", 2)[0])) {
          check.add(
              Rule.VARIABLE_INVALID,
              found.at(),
              "$(%s) is no variable of Tekton".formatted(text),
              "For a variable of a shell write ${%s}.".formatted(text));
        }
      }
    }
  }

  void matrix() {
    At matrix = task.get("matrix");
    if (isMatrix()) {
      long count = combinations(matrix);
      if (count > MOST_COMBINATIONS) {
        check.add(
            Rule.MATRIX_INVALID,
            matrix,
            "the matrix has %d combinations; Tekton allows %d".formatted(count, MOST_COMBINATIONS));
      }
      check.unique(matrix.get("params"), false);
      matrix.get("include").items().forEach(item -> check.unique(item.get("params"), false));
    }
    Set<String> names =
        matrixParams().stream().map(PipelineChecks::name).collect(Collectors.toSet());
    for (At param : task.get("params").items()) {
      if (names.contains(PipelineChecks.name(param))) {
        check.add(
            Rule.MATRIX_INVALID,
            param,
            "parameter %s is in params and in the matrix".formatted(PipelineChecks.name(param)));
      }
    }
  }

  private static long combinations(At matrix) {
    At params = matrix.get("params");
    At include = matrix.get("include");
    if (params.size() == 0) {
      return include.size();
    }
    long count = 1;
    Map<String, List<String>> values = new HashMap<>();
    for (At param : params.items()) {
      List<String> texts = param.get("value").texts();
      values.put(PipelineChecks.name(param), texts);
      count = Math.min(Integer.MAX_VALUE, count * Math.max(1, texts.size()));
    }
    for (At item : include.items()) {
      for (At param : item.get("params").items()) {
        List<String> known = values.get(PipelineChecks.name(param));
        if (known != null) {
          if (known.contains(param.get("value").text())) {
            break;
          }
          count++;
        }
      }
    }
    return count;
  }

  /** That it refers to these parameters only, and to each as its type allows. */
  void usage(Set<String> names, Set<String> arrays, List<Param> objects) {
    for (At param : task.get("params").items()) {
      At value = param.get("value");
      if (!value.items().isEmpty()) {
        value.items().forEach(item -> array(item, item.text(), names, arrays, objects));
      } else if (!value.fields().isEmpty()) {
        value.fields().forEach(field -> string(field, field.text(), names, arrays, objects));
      } else if (Variables.isWhole(value.text(), "params")) {
        check.variable(
            value, Variables.unknown(value.text(), "params", names), Rule.PARAM_UNDECLARED);
      } else {
        string(value, value.text(), names, arrays, objects);
      }
    }
    if (isMatrix()) {
      for (At include : task.get("matrix", "include").items()) {
        for (At param : include.get("params").items()) {
          string(param.get("value"), param.get("value").text(), names, arrays, objects);
        }
      }
      for (At param : task.get("matrix", "params").items()) {
        param
            .get("value")
            .items()
            .forEach(item -> array(item, item.text(), names, arrays, objects));
      }
    }
    for (At when : task.get("when").items()) {
      At input = when.get("input");
      string(input, input.text(), names, arrays, objects);
      for (At value : when.get("values").items()) {
        String text = value.text();
        String bare = text.startsWith("$(params.") ? text.substring("$(params.".length()) : text;
        bare = bare.endsWith("[*])") ? bare.substring(0, bare.length() - 4) : bare;
        if (arrays.contains(bare)) {
          array(value, text, names, arrays, objects);
        } else {
          string(value, text, names, arrays, objects);
        }
      }
    }
  }

  private void array(
      At at, String text, Set<String> names, Set<String> arrays, List<Param> objects) {
    declared(at, text, names, objects);
    report(at, Variables.isolated(text, "params", arrays), Rule.VARIABLE_INVALID);
  }

  private void string(
      At at, String text, Set<String> names, Set<String> arrays, List<Param> objects) {
    declared(at, text, names, objects);
    report(at, Variables.prohibited(text, "params", arrays), Rule.VARIABLE_INVALID);
  }

  private void declared(At at, String text, Set<String> names, List<Param> objects) {
    report(at, Variables.unknown(text, "params", names), Rule.PARAM_UNDECLARED);
    for (Param object : objects) {
      report(
          at,
          Variables.unknown(text, "params\\." + object.name(), object.keys()),
          Rule.PARAM_UNDECLARED);
    }
    report(at, Variables.entire(text, "params", Param.names(objects)), Rule.VARIABLE_INVALID);
  }

  private void report(At at, Optional<String> problem, Rule rule) {
    check.variable(at, problem, rule);
  }
}
