package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.tree.At;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a pipeline uses the results of the tasks that stand in it.
 *
 * @param tasks by name, those of {@code tasks}
 * @param last by name, those of {@code finally}
 */
record ResultChecks(
    Problems problems, Map<String, EmbeddedTask> tasks, Map<String, EmbeddedTask> last) {

  void pipeline(At spec) {
    for (At task : PipelineChecks.all(spec)) {
      PipelineTask inside = new PipelineTask(new Check(problems, false), task);
      for (At param : inside.params()) {
        values(param.get("value")).forEach(this::param);
      }
      for (At param : task.get("matrix", "params").items()) {
        values(param.get("value")).forEach(this::fanned);
      }
      for (At when : task.get("when").items()) {
        declared(when.get("input"));
        when.get("values").items().forEach(this::declared);
        declared(when.get("cel"));
      }
      for (String list : List.of("steps", "sidecars")) {
        task.get("taskSpec", list).items().stream()
            .flatMap(container -> StepTexts.replaced(container).stream())
            .forEach(this::declared);
      }
    }
    for (At result : spec.get("results").items()) {
      values(result.get("value")).forEach(this::declared);
    }
  }

  /** A text, or those of a list or an object. */
  static List<At> values(At value) {
    return value.size() == 0
        ? List.of(value)
        : value.items().isEmpty() ? value.fields() : value.items();
  }

  private Optional<EmbeddedTask> source(ResultUse use) {
    return Optional.ofNullable((use.last() ? last : tasks).get(use.task()));
  }

  private void declared(At text) {
    ResultUse.in(text.text()).forEach(use -> known(text, use));
  }

  /** The declaration of a result; a finding if the task has none. */
  private Optional<At> known(At text, ResultUse use) {
    Optional<EmbeddedTask> source = source(use);
    Optional<At> result = source.flatMap(task -> task.result(use.result()));
    if (source.isPresent() && result.isEmpty()) {
      Set<String> declared = source.get().results();
      List<String> near = Homes.near(use.result(), declared);
      problems.add(
          Rule.RESULT_UNDECLARED,
          text,
          "task %s declares no result %s: the run fails before its first task"
              .formatted(use.task(), use.result()),
          near.size() == 1
              ? "Did you mean %s?".formatted(near.getFirst())
              : declared.isEmpty()
                  ? "Add it to results of the taskSpec."
                  : "Add it to results of the taskSpec, which has %s."
                      .formatted(String.join(", ", declared)));
    }
    return result;
  }

  private void param(At text) {
    for (ResultUse use : ResultUse.in(text.text())) {
      known(text, use)
          .ifPresent(result -> {
            boolean matrix = source(use).filter(EmbeddedTask::isMatrix).isPresent();
            type(use, result.get("type").text(), matrix)
                .filter(_ -> !problems.has(Rule.MATRIX_INVALID, text.path()))
                .ifPresent(message -> problems.add(Rule.RESULT_TYPE, text, message));
          });
    }
  }

  /** What is wrong with a use, which then stays in the text as it is. */
  private static Optional<String> type(ResultUse use, String type, boolean matrix) {
    if (matrix) {
      return !use.isList()
          ? Optional.of(
              "%s: task %s is a matrix, and its results are used as a whole list, with [*]"
                  .formatted(use.shown(), use.task()))
          : type.equals(ValueTypes.STRING)
              ? Optional.empty()
              : Optional.of(
                  "%s: the results of a matrix are strings, and %s is %s"
                      .formatted(use.shown(), use.result(), ValueTypes.article(type)));
    }
    String is =
        "%s: result %s of task %s is %s"
            .formatted(use.shown(), use.result(), use.task(), ValueTypes.article(type));
    boolean object = type.equals(ValueTypes.OBJECT);
    boolean list = type.equals(ValueTypes.ARRAY);
    if (!use.key().isEmpty()) {
      return object ? Optional.empty() : Optional.of(is + ", which has no keys");
    }
    if (use.isList()) {
      return object || list
          ? use.whole()
              ? Optional.empty()
              : Optional.of(is + ", which cannot stand beside other text")
          : Optional.of(is + ", which has no [*]");
    }
    if (!use.index().isEmpty()) {
      return list ? Optional.empty() : Optional.of(is + ", which has no items");
    }
    return (object || list) && !use.whole()
        ? Optional.of(is + ", which cannot stand beside other text")
        : Optional.empty();
  }

  /** A matrix takes items from lists only. */
  private void fanned(At text) {
    for (ResultUse use : ResultUse.in(text.text())) {
      boolean object =
          source(use)
              .flatMap(task -> task.result(use.result()))
              .filter(result -> result.get("type").text().equals(ValueTypes.OBJECT))
              .isPresent();
      if (object && use.key().isEmpty()) {
        problems.add(
            Rule.MATRIX_TYPE,
            text,
            "%s is an object: a matrix takes a list".formatted(use.shown()),
            "Use one of its keys, or a result of type array.");
      }
    }
  }
}
