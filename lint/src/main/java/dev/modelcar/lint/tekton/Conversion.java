package dev.modelcar.lint.tekton;

import dev.modelcar.lint.decode.Decoder;
import dev.modelcar.lint.decode.Decoder.Mode;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.schema.Kind;
import dev.modelcar.lint.schema.Pruner;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes what a server stores of an object of v1beta1: Tekton's conversion webhook turns it into one
 * of v1. What v1 does not have is lost, but for deprecated fields of steps, which an annotation
 * keeps.
 */
public final class Conversion {
  private static final String FROM = "tekton.dev/v1beta1";
  private static final String STORED = "tekton.dev/v1";
  private static final Set<String> KINDS = Set.of("Task", "TaskRun", "Pipeline", "PipelineRun");
  private static final Map<String, String> RESOURCES = Map.of("resources", "computeResources");
  private static final Map<String, String> OVERRIDES =
      Map.of(
          "stepOverrides",
          "stepSpecs",
          "sidecarOverrides",
          "sidecarSpecs",
          "taskServiceAccountName",
          "serviceAccountName",
          "taskPodTemplate",
          "podTemplate");

  private final Deprecations deprecations = new Deprecations();

  private Conversion() {}

  /** The object as it is stored; the same if its version is the stored one. */
  public static Value stored(GroupKind kind, Value object, Schemas schemas) {
    Optional<Kind> target =
        kind.apiVersion().equals(FROM) && KINDS.contains(kind.kind())
            ? schemas.find(new GroupKind(STORED, kind.kind()))
            : Optional.empty();
    return target.map(to -> written(new Conversion().convert(kind, object), to)).orElse(object);
  }

  /** As the webhook writes it, and the server then prunes it. */
  private static Value written(Value object, Kind to) {
    Homes homes = new Homes(to.name());
    Value decoded =
        new Decoder(to.types(), Mode.SERVER, new Problems(), homes)
            .decode(At.root(object), to.type());
    Value less = without(decoded, "status");
    return to.schema()
        .map(schema -> new Pruner(new Problems(), homes).prune(At.root(less), schema))
        .orElse(less);
  }

  private Value convert(GroupKind kind, Value object) {
    if (!(object instanceof Mapping mapping)) {
      return object;
    }
    String name = At.root(object).get("metadata", "name").text();
    Value converted =
        field(
            mapping.with("apiVersion", Value.string(STORED, object)),
            "spec",
            spec ->
                switch (kind.kind()) {
                  case "Task" -> task(spec, name);
                  case "TaskRun" -> taskRun(spec, name);
                  case "Pipeline" -> pipeline(spec);
                  default -> pipelineRun(spec);
                });
    return deprecations.isEmpty() ? converted : field(converted, "metadata", this::annotated);
  }

  private Value annotated(Value metadata) {
    Value text = Value.string(deprecations.text(), metadata);
    return set(metadata, "annotations", Deprecations.ANNOTATION, text);
  }

  private Value task(Value spec, String name) {
    deprecations.add(name, At.root(spec));
    String[] deprecated = Deprecations.fields().toArray(String[]::new);
    Value value = without(spec, "resources");
    value = items(value, "steps", step -> renamed(without(step, deprecated), RESOURCES));
    value =
        field(
            value,
            "stepTemplate",
            template -> renamed(without(without(template, deprecated), "name"), RESOURCES));
    return items(value, "sidecars", sidecar -> renamed(sidecar, RESOURCES));
  }

  private Value taskRun(Value spec, String name) {
    Value value = without(spec, "resources", "managedBy");
    value = field(value, "taskRef", Conversion::reference);
    value = field(value, "taskSpec", task -> task(task, name));
    return overrides(value);
  }

  private Value pipeline(Value spec) {
    Value value = without(spec, "resources");
    for (String list : List.of("tasks", "finally")) {
      value = items(value, list, this::pipelineTask);
    }
    return value;
  }

  private Value pipelineTask(Value task) {
    At at = At.root(task);
    Value value = without(task, "resources", "pipelineRef", "pipelineSpec");
    value = PipelineTask.isMatrix(at) ? value : without(value, "matrix");
    value = field(value, "taskRef", Conversion::reference);
    return field(value, "taskSpec", spec -> task(spec, PipelineChecks.name(at)));
  }

  private Value pipelineRun(Value spec) {
    Value value = without(spec, "resources", "managedBy");
    value = field(value, "pipelineRef", Conversion::reference);
    value = field(value, "pipelineSpec", this::pipeline);
    value = items(value, "taskRunSpecs", Conversion::overrides);
    At timeout = At.root(spec).get("timeout");
    if (timeout.isPresent()) {
      value = set(without(value, "timeout", "timeouts"), "timeouts", "pipeline", timeout.value());
    }
    for (String moved : List.of("serviceAccountName", "podTemplate")) {
      At at = At.root(spec).get(moved);
      value = without(value, moved);
      value = at.isPresent() ? set(value, "taskRunTemplate", moved, at.value()) : value;
    }
    return value;
  }

  private static Value reference(Value reference) {
    return without(reference, "bundle");
  }

  private static Value overrides(Value of) {
    Value value = renamed(of, OVERRIDES);
    for (String list : List.of("stepSpecs", "sidecarSpecs")) {
      value = items(value, list, each -> renamed(each, RESOURCES));
    }
    return value;
  }

  /** A field of a field, which is made if it is not there. */
  private static Value set(Value object, String name, String field, Value value) {
    if (!(object instanceof Mapping mapping)) {
      return object;
    }
    Mapping holder =
        At.root(object).get(name).value() instanceof Mapping own
            ? own
            : new Mapping(Map.of(), object.start(), object.end());
    return mapping.with(name, holder.with(field, value));
  }

  private static Value field(Value object, String name, UnaryOperator<Value> change) {
    return object instanceof Mapping mapping && At.root(object).get(name).isPresent()
        ? mapping.with(name, change.apply(mapping.field(name).value()))
        : object;
  }

  private static Value items(Value object, String name, UnaryOperator<Value> change) {
    return field(
        object,
        name,
        list ->
            list instanceof Sequence sequence
                ? sequence.with(sequence.items().stream().map(change).toList())
                : list);
  }

  private static Value without(Value object, String... names) {
    Value less = object;
    for (String name : names) {
      less = less instanceof Mapping mapping ? mapping.without(name) : less;
    }
    return less;
  }

  private static Value renamed(Value object, Map<String, String> names) {
    if (!(object instanceof Mapping mapping)) {
      return object;
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    mapping
        .fields()
        .forEach((name, field) -> {
          String other = names.getOrDefault(name, name);
          fields.put(other, field.with(other, field.value()));
        });
    return mapping.with(fields);
  }
}
