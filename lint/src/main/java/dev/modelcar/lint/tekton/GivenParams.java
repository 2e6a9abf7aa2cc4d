package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is passed to the parameters that a task or a pipeline declares. Tekton's controller compares
 * them when it starts a run, and fails it.
 *
 * @param whom as messages name it, such as {@code task build}
 * @param spec of the task or pipeline
 */
record GivenParams(Problems problems, String whom, At spec) {
  private static final String FAILS = ": the run fails when it starts";

  /**
   * Compares them.
   *
   * @param list where a missing parameter belongs
   * @param plain parameters that are passed
   * @param fanned those of a matrix, each of which arrives as one text
   */
  void check(At list, List<At> plain, List<At> fanned, ValueTypes types) {
    List<Param> declared = Param.declared(spec.get("params"));
    Set<String> passed = new TreeSet<>();
    plain.forEach(at -> passed.add(PipelineChecks.name(at)));
    fanned.forEach(at -> passed.add(PipelineChecks.name(at)));
    List<String> strange =
        passed.stream().filter(name -> !Param.names(declared).contains(name)).toList();
    for (Param param : declared) {
      if (!passed.contains(param.name()) && param.standard().isEmpty()) {
        missing(list, param, strange);
      }
      List<At> own =
          plain.stream().filter(at -> PipelineChecks.name(at).equals(param.name())).toList();
      own.forEach(at -> type(at.get("value"), param, types));
      keys(own.isEmpty() ? list : own.getFirst().get("value"), own, param);
      fanned.stream()
          .filter(at -> PipelineChecks.name(at).equals(param.name()) && !isString(param))
          .forEach(at ->
              problems.add(
                  Rule.MATRIX_TYPE,
                  at,
                  "%s declares parameter %s as %s, but a matrix passes one string at a time"
                          .formatted(whom, param.name(), ValueTypes.article(param.type()))
                      + FAILS,
                  "Declare it as a string."));
    }
  }

  private static boolean isString(Param param) {
    return param.type().equals(ValueTypes.STRING);
  }

  private void missing(At list, Param param, List<String> strange) {
    List<String> near = Homes.near(param.name(), strange);
    problems.add(
        Rule.PARAM_MISSING,
        list,
        "%s requires parameter %s, and nothing passes it".formatted(whom, param.name()) + FAILS,
        near.size() == 1
            ? "Write %s for %s.".formatted(param.name(), near.getFirst())
            : "Pass it in params, or give it a default. A parameter of the same name outside does"
                + " not count for one that is declared.");
  }

  private void type(At value, Param param, ValueTypes types) {
    Optional<String> type = types.of(value);
    boolean fits =
        type.isEmpty() || type.get().equals(param.type()) || !ValueTypes.isKnown(param.type());
    if (!fits) {
      problems.add(
          Rule.PARAM_TYPE,
          value,
          "%s declares parameter %s as %s, and gets %s"
                  .formatted(
                      whom,
                      param.name(),
                      ValueTypes.article(param.type()),
                      ValueTypes.article(type.get()))
              + FAILS,
          fix(value, param));
    }
  }

  private static String fix(At value, Param param) {
    return param.isArray() && value.value() instanceof Scalar && !value.text().contains("$(")
        ? "Write a list: [%s].".formatted(value.text())
        : "";
  }

  /** An object needs all its keys, from its value or from its default. */
  private void keys(At place, List<At> given, Param param) {
    boolean literal = given.stream().allMatch(at -> at.get("value").value() instanceof Mapping);
    List<Value> sources = new ArrayList<>(param.standard().stream().toList());
    given.forEach(at -> sources.add(at.get("value").value()));
    List<Mapping> objects =
        sources.stream().filter(Mapping.class::isInstance).map(Mapping.class::cast).toList();
    if (!param.isObject() || !literal || objects.isEmpty()) {
      return;
    }
    Set<String> missing = new TreeSet<>(param.keys());
    objects.forEach(object -> missing.removeAll(object.fields().keySet()));
    if (!missing.isEmpty()) {
      problems.add(
          Rule.PARAM_MISSING,
          place,
          "parameter %s of %s lacks %s %s"
                  .formatted(
                      param.name(),
                      whom,
                      missing.size() == 1 ? "the key" : "the keys",
                      String.join(", ", missing))
              + FAILS,
          "Add what is missing, or a default that has it.");
    }
  }

  /**
   * What is passed for nothing; Tekton says nothing of it.
   *
   * @param where it could be used
   */
  void unused(Collection<At> passed, List<At> where) {
    Set<String> declared = PipelineChecks.names(spec.get("params"));
    String texts =
        where.stream().flatMap(Texts::below).map(At::text).collect(Collectors.joining("\n"));
    for (At at : passed) {
      String name = PipelineChecks.name(at);
      boolean used =
          declared.contains(name)
              || texts.contains("params." + name)
              || texts.contains("params[\"" + name + "\"]")
              || texts.contains("params['" + name + "']");
      if (!used && !name.isEmpty()) {
        List<String> near = Homes.near(name, declared);
        problems.add(
            Rule.PARAM_UNUSED,
            at,
            "%s gets parameter %s, which it neither declares nor uses".formatted(whom, name),
            near.size() == 1 ? "Did you mean %s?".formatted(near.getFirst()) : "");
      }
    }
  }
}
