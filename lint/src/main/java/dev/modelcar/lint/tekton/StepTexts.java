package dev.modelcar.lint.tekton;

import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The texts of a step in which variables are replaced.
 *
 * @param plain in which a variable is a part
 * @param words of the command and its arguments, which may be a whole list
 */
record StepTexts(List<At> plain, List<At> words) {
  private static final Set<String> OF_STEPS_ONLY =
      Set.of(
          "script",
          "onError",
          "timeout",
          "stdoutConfig",
          "stderrConfig",
          "results",
          "params",
          "ref",
          "when",
          "workspaces",
          "name");

  static StepTexts of(At step) {
    List<At> plain = new ArrayList<>(Check.texts(step, "name", "image", "workingDir", "script"));
    step.get("env").items().forEach(env -> plain.add(env.get("value")));
    for (At mount : step.get("volumeMounts").items()) {
      plain.addAll(Check.texts(mount, "name", "mountPath", "subPath"));
    }
    List<At> words =
        Stream.of("command", "args").flatMap(name -> step.get(name).items().stream()).toList();
    return new StepTexts(plain, words);
  }

  List<At> all() {
    return Stream.concat(plain.stream(), words.stream()).toList();
  }

  /** What is replaced in a step or a sidecar, for the references of a pipeline. */
  static List<At> replaced(At container) {
    List<At> texts =
        new ArrayList<>(
            Check.texts(container, "name", "image", "imagePullPolicy", "script", "workingDir"));
    texts.addAll(container.get("command").items());
    texts.addAll(container.get("args").items());
    for (At env : container.get("env").items()) {
      texts.add(env.get("value"));
      for (String source : List.of("secretKeyRef", "configMapKeyRef")) {
        texts.addAll(Check.texts(env.get("valueFrom", source), "key", "name"));
      }
    }
    return texts;
  }

  /** A step with what it takes from the template of all steps. */
  static At merged(At step, At template) {
    if (!(step.value() instanceof Mapping mapping)
        || !(template.value() instanceof Mapping base)
        || step.get("ref").isPresent()) {
      return step;
    }
    Map<String, Field> fields = new LinkedHashMap<>(mapping.fields());
    base.fields()
        .forEach((name, field) -> {
          if (OF_STEPS_ONLY.contains(name)) {
            return;
          }
          Field own = fields.get(name);
          if (own == null) {
            fields.put(name, field);
          } else if (name.equals("env")) {
            fields.put(name, own.with(name, joined(own.value(), field.value(), "name")));
          } else if (name.equals("volumeMounts")) {
            fields.put(name, own.with(name, joined(own.value(), field.value(), "mountPath")));
          }
        });
    return new At(mapping.with(fields), step.path(), step.name(), step.place());
  }

  private static Value joined(Value own, Value base, String key) {
    if (!(own instanceof Sequence mine) || !(base instanceof Sequence others)) {
      return own;
    }
    List<Value> items = new ArrayList<>(mine.items());
    Set<String> names =
        At.root(own).items().stream()
            .map(item -> item.get(key).text())
            .collect(java.util.stream.Collectors.toSet());
    others.items().stream()
        .filter(item -> !names.contains(At.root(item).get(key).text()))
        .forEach(items::add);
    return mine.with(items);
  }
}
