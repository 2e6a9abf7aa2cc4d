package dev.modelcar.lint.tekton;

import dev.modelcar.lint.decode.ParamValue;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What Tekton's webhook fills in, with the settings that Tekton comes with. */
public final class Defaults {
  private static final String TIMEOUT = "1h0m0s";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  private final boolean beta;

  private Defaults(boolean beta) {
    this.beta = beta;
  }

  /** The object with all that Tekton adds. */
  public static Value fill(GroupKind kind, Value object) {
    Defaults defaults = new Defaults(kind.version().equals("v1beta1"));
    return switch (kind.kind()) {
      case "Task", "StepAction" -> field(object, "spec", defaults::task);
      case "Pipeline" -> field(object, "spec", defaults::pipeline);
      case "TaskRun" -> managed(field(object, "spec", defaults::taskRun));
      case "PipelineRun" -> field(object, "spec", defaults::pipelineRun);
      default -> object;
    };
  }

  /** A field made into something else, if it is there. */
  private static Value field(Value object, String name, UnaryOperator<Value> change) {
    if (object instanceof Mapping mapping && mapping.fields().containsKey(name)) {
      return mapping.with(name, change.apply(mapping.field(name).value()));
    }
    return object;
  }

  private static Value items(Value list, UnaryOperator<Value> change) {
    return list instanceof Sequence sequence
        ? sequence.with(sequence.items().stream().map(change).toList())
        : list;
  }

  private static Value set(Value object, String name, String text) {
    return object instanceof Mapping mapping && !At.root(object).get(name).hasText()
        ? mapping.with(name, Value.string(text, object))
        : object;
  }

  private static Value managed(Value run) {
    Value labelled =
        run instanceof Mapping mapping && At.root(run).get("metadata").isPresent()
            ? mapping.with(
                "metadata",
                field(
                    ensure(mapping.field("metadata").value(), "labels"),
                    "labels",
                    labels -> set(labels, MANAGED_BY, "tekton-pipelines")))
            : run;
    return labelled;
  }

  private static Value ensure(Value object, String name) {
    return object instanceof Mapping mapping && At.root(object).get(name).isAbsent()
        ? mapping.with(name, new Mapping(Map.of(), object.start(), object.end()))
        : object;
  }

  private Value task(Value spec) {
    Value params = field(spec, "params", list -> items(list, Defaults::param));
    return field(params, "results", list -> items(list, Defaults::result));
  }

  private Value pipeline(Value spec) {
    Value value = field(spec, "params", list -> items(list, Defaults::param));
    value = field(value, "tasks", list -> items(list, this::pipelineTask));
    return field(value, "finally", list -> items(list, this::pipelineTask));
  }

  private Value pipelineTask(Value task) {
    return field(field(task, "taskRef", Defaults::taskRef), "taskSpec", this::task);
  }

  private static Value taskRef(Value reference) {
    return At.root(reference).get("resolver").hasText()
        ? reference
        : set(reference, "kind", "Task");
  }

  private Value taskRun(Value spec) {
    Value value = field(spec, "taskRef", Defaults::taskRef);
    value = set(value, "timeout", TIMEOUT);
    value = set(value, "serviceAccountName", "default");
    return field(value, "taskSpec", this::task);
  }

  private Value pipelineRun(Value spec) {
    Value value = spec;
    if (beta) {
      boolean several = At.root(spec).get("timeouts").isPresent();
      value =
          several
              ? field(value, "timeouts", timeouts -> set(timeouts, "pipeline", TIMEOUT))
              : set(value, "timeout", TIMEOUT);
      value = set(value, "serviceAccountName", "default");
    } else {
      value = ensure(value, "timeouts");
      value = field(value, "timeouts", timeouts -> set(timeouts, "pipeline", TIMEOUT));
      value = ensure(value, "taskRunTemplate");
      value = field(value, "taskRunTemplate", given -> set(given, "serviceAccountName", "default"));
    }
    return field(value, "pipelineSpec", this::pipeline);
  }

  private static Value param(Value param) {
    At at = At.root(param);
    String type =
        at.get("properties").isPresent()
            ? "object"
            : at.get("default").isPresent() ? ParamValue.type(at.get("default").value()) : "string";
    return properties(set(param, "type", type));
  }

  private static Value result(Value result) {
    boolean object = At.root(result).get("properties").isPresent();
    return properties(set(result, "type", object ? "object" : "string"));
  }

  private static Value properties(Value of) {
    return field(
        of,
        "properties",
        properties -> {
          if (!(properties instanceof Mapping mapping)) {
            return properties;
          }
          Map<String, Field> fields = new LinkedHashMap<>();
          mapping
              .fields()
              .forEach((name, field) ->
                  fields.put(name, field.with(name, set(field.value(), "type", "string"))));
          return mapping.with(fields);
        });
  }
}
