package dev.modelcar.lint.tekton;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.modelcar.lint.decode.JsonText;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What v1beta1 has of steps and v1 has not. Tekton keeps it in an annotation, as the JSON that Go
 * writes, to find it again when the object is read as v1beta1.
 */
final class Deprecations {
  static final String ANNOTATION = "tekton.dev/v1beta1.task-deprecations";

  /** In the order of the fields in Go; between the first and the others it writes resources. */
  private static final List<String> FIELDS =
      List.of(
          "ports",
          "livenessProbe",
          "readinessProbe",
          "startupProbe",
          "lifecycle",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "stdin",
          "stdinOnce",
          "tty");

  private final Map<String, String> tasks = new TreeMap<>();

  static List<String> fields() {
    return FIELDS;
  }

  /** Those of all steps of a task, if there are any. */
  void add(String task, At spec) {
    At template = spec.get("stepTemplate");
    // Tekton forgets the liveness probe of the template here.
    Stream<At> asked =
        Stream.concat(
            spec.get("steps").items().stream().flatMap(step -> FIELDS.stream().map(step::get)),
            Stream.concat(Stream.of("name"), FIELDS.stream())
                .filter(name -> !name.equals("livenessProbe"))
                .map(template::get));
    if (asked.noneMatch(Deprecations::isSet)) {
      return;
    }
    List<String> parts = new ArrayList<>();
    List<String> steps =
        spec.get("steps").items().stream().map(step -> json(step, "\"name\":\"\"")).toList();
    if (!steps.isEmpty()) {
      parts.add("\"deprecatedSteps\":[" + String.join(",", steps) + "]");
    }
    if (template.isPresent()) {
      At name = template.get("name");
      String first = name.hasText() ? "\"name\":" + quoted(name.text()) : "";
      parts.add("\"deprecatedStepTemplate\":" + json(template, first));
    }
    tasks.put(task, "{" + String.join(",", parts) + "}");
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  String text() {
    return tasks.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ":" + entry.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String json(At of, String first) {
    List<String> parts = new ArrayList<>(first.isEmpty() ? List.of() : List.of(first));
    for (String field : FIELDS) {
      At at = of.get(field);
      if (isSet(at)) {
        parts.add(quoted(field) + ":" + JsonText.of(at.value()));
      }
      if (field.equals("ports")) {
        parts.add("\"resources\":{}");
      }
    }
    return "{" + String.join(",", parts) + "}";
  }

  private static boolean isSet(At at) {
    return switch (at.value()) {
      case Mapping _ -> true;
      case Sequence sequence -> !sequence.items().isEmpty();
      case Scalar scalar -> at.hasText() && !scalar.text().equals("false");
    };
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
