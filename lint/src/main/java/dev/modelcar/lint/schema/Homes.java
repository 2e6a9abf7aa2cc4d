package dev.modelcar.lint.schema;

import dev.modelcar.core.EditDistance;
import dev.modelcar.lint.rules.Problem.Edit;
import dev.modelcar.lint.rules.Problem.Move;
import dev.modelcar.lint.rules.Problem.Rename;
import dev.modelcar.lint.tree.At;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a field belongs that stands where it is unknown. */
public final class Homes {
  private record Known(Pattern kind, Pattern path, String to, String because) {
    static Known of(String kind, String path, String to, String because) {
      return new Known(Pattern.compile(kind), Pattern.compile(path), to, because);
    }
  }

  /** A path with a slash is a move from the object that holds the field, one without a new name. */
  private static final List<Known> KNOWN =
      List.of(
          Known.of(
              "tekton.dev/v1 .*",
              ".*(?:steps|sidecars|stepSpecs|sidecarSpecs|taskRunSpecs)\\[\\d+\\]\\.resources|.*stepTemplate\\.resources",
              "computeResources",
              "; v1 calls it computeResources, and without it no requests or limits apply"),
          Known.of("tekton.dev/v1 TaskRun", "spec\\.resources", "computeResources", ""),
          Known.of(
              "tekton.dev/v1 PipelineRun",
              "spec\\.timeout",
              "timeouts/pipeline",
              "; the run keeps the default of 1 hour"),
          Known.of(
              "tekton.dev/v1 PipelineRun",
              "spec\\.serviceAccountName",
              "taskRunTemplate/serviceAccountName",
              "; the run uses the default ServiceAccount"),
          Known.of(
              "tekton.dev/v1 PipelineRun",
              "spec\\.podTemplate",
              "taskRunTemplate/podTemplate",
              "; no pod gets it"),
          Known.of(
              "tekton.dev/v1 PipelineRun",
              "spec\\.taskRunSpecs\\[\\d+\\]\\.taskServiceAccountName",
              "serviceAccountName",
              ""),
          Known.of(
              "tekton.dev/v1 PipelineRun",
              "spec\\.taskRunSpecs\\[\\d+\\]\\.taskPodTemplate",
              "podTemplate",
              ""),
          Known.of("tekton.dev/v1 .*", ".*\\.stepOverrides", "stepSpecs", ""),
          Known.of("tekton.dev/v1 .*", ".*\\.sidecarOverrides", "sidecarSpecs", ""),
          Known.of(
              "tekton.dev/v1beta1 .*", ".*steps\\[\\d+\\]\\.computeResources", "resources", ""));

  private final GroupKind kind;

  public Homes(GroupKind kind) {
    this.kind = kind;
  }

  /**
   * What to say of a field.
   *
   * @param note what follows from its being dropped, to be added to the message
   */
  public record Advice(String note, String fix, Optional<Edit> edit) {}

  /** Advice on a field that is none of those known. */
  public Advice of(At field, Collection<String> known) {
    String path = field.path();
    for (Known each : KNOWN) {
      if (each.kind().matcher(kind.toString()).matches() && each.path().matcher(path).matches()) {
        return move(field, each);
      }
    }
    List<String> near = near(field.name(), known);
    if (near.size() == 1) {
      return new Advice(
          "",
          "Did you mean %s?".formatted(near.getFirst()),
          Optional.of(new Rename(near.getFirst())));
    }
    String advice = special(path);
    if (!advice.isEmpty()) {
      return new Advice("", advice, Optional.empty());
    }
    return new Advice(
        "",
        near.isEmpty()
            ? "Remove it, or look up where %s has it.".formatted(kind)
            : "Did you mean one of %s?".formatted(String.join(", ", near)),
        Optional.empty());
  }

  private static Advice move(At field, Known known) {
    List<String> to = List.of(known.to().split("/", -1));
    if (to.size() == 1) {
      return new Advice(
          known.because(),
          "Rename it to %s.".formatted(known.to()),
          Optional.of(new Rename(known.to())));
    }
    String holder = field.path().substring(0, field.path().length() - field.name().length() - 1);
    return new Advice(
        known.because(),
        "Move it to %s.%s.".formatted(holder, String.join(".", to)),
        Optional.of(new Move(holder, field.name(), to)));
  }

  private String special(String path) {
    if (path.endsWith("podTemplate.resources")) {
      return "A podTemplate has no resources: set computeResources in taskRunSpecs, or in each step.";
    }
    if (path.equals("spec.timeouts") && kind.kind().equals("Pipeline")) {
      return "A Pipeline has no timeouts: set spec.tasks[].timeout here, or spec.timeouts in the"
          + " PipelineRun.";
    }
    if (path.equals("spec.timeouts") && kind.kind().equals("TaskRun")) {
      return "A TaskRun has spec.timeout.";
    }
    return "";
  }

  /** Names that differ in case, or in a letter or two. */
  public static List<String> near(String name, Collection<String> known) {
    String folded = name.toLowerCase(Locale.ROOT);
    List<String> same =
        known.stream().filter(each -> each.toLowerCase(Locale.ROOT).equals(folded)).toList();
    if (!same.isEmpty()) {
      return same;
    }
    int allowed = name.length() < 4 ? 0 : name.length() < 7 ? 1 : 2;
    for (int distance = 1; distance <= allowed; distance++) {
      int most = distance;
      List<String> close =
          known.stream()
              .filter(each -> Math.abs(each.length() - folded.length()) <= most)
              .filter(each -> EditDistance.between(folded, each.toLowerCase(Locale.ROOT)) == most)
              .sorted()
              .toList();
      if (!close.isEmpty()) {
        return close;
      }
    }
    return List.of();
  }
}
