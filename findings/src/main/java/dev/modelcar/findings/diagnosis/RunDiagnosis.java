package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.evidence.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Diagnoses a PipelineRun with its tasks: the first failure, and what followed from it. */
final class RunDiagnosis {
  /** Why Tekton skips a task although nothing failed. */
  private static final Set<String> BY_DESIGN =
      Set.of("When Expressions evaluated to false", "None", "EmptyArrayInMatrixParams");

  private final World world;
  private final Judge judge;
  private final TaskDiagnosis taskDiagnosis;

  RunDiagnosis(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
    this.taskDiagnosis = new TaskDiagnosis(world, judge);
  }

  static final Comparator<TaskState> BY_FAILURE =
      Comparator.comparing((TaskState task) -> task.failedAt().orElse(Instant.MAX))
          .thenComparing(task -> task.started().orElse(Instant.MAX));

  List<Finding> of(KubeObject run, List<TaskState> tasks) {
    String status = run.condition("Succeeded").text("status");
    List<Finding> findings = new ArrayList<>();
    List<TaskState> failed =
        tasks.stream()
            .filter(task -> task.failed() && !task.cancelled())
            .sorted(BY_FAILURE)
            .toList();
    if (!status.equals("True")) {
      if (!failed.isEmpty()) {
        ofTasks(run, failed, findings);
      } else if (status.equals("False")) {
        findings.add(ofRun(run, tasks));
      } else {
        tasks.stream()
            .filter(task -> !task.succeeded())
            .flatMap(task -> taskDiagnosis.explainWaiting(task).stream())
            .findFirst()
            .ifPresent(findings::add);
      }
      if (status.equals("False") || !findings.isEmpty()) {
        consequences(run, tasks, findings);
      }
    }
    tasks.stream().filter(TaskState::ignored).map(this::ignored).forEach(findings::add);
    tasks.stream()
        .filter(task -> task.succeeded() && !task.attempts().isEmpty())
        .map(this::repeated)
        .forEach(findings::add);
    return findings;
  }

  /**
   * The first failure is the cause. Of the later ones, those for the same reason and those of
   * finally tasks are consequences; any other failed by itself at the same time. It did not bring
   * the run down, so it is a note, but one that says that it has to be fixed, too.
   */
  private void ofTasks(KubeObject run, List<TaskState> failed, List<Finding> findings) {
    Finding first = taskDiagnosis.explain(failed.getFirst());
    findings.add(first);
    Set<String> last = finallyTasks(run);
    for (TaskState task : failed.subList(1, failed.size())) {
      Finding other = taskDiagnosis.explain(task);
      boolean follows = other.rule().equals(first.rule()) || last.contains(task.task());
      if (other.rule().equals("image-not-pushed") && follows) {
        Rule rule = judge.rule("image-missing-downstream");
        other =
            taskDiagnosis
                .place(task, task.failedStep(), "")
                .finding(Role.CONSEQUENCE, new Match(rule, Map.of(), other.evidence()));
      }
      findings.add(follows ? other.as(Role.CONSEQUENCE) : other.asOwnFailure());
    }
  }

  private static Set<String> finallyTasks(KubeObject run) {
    List<String> names = new ArrayList<>();
    run.list("status", "pipelineSpec", "finally").forEach(task -> names.add(task.text("name")));
    run.list("spec", "pipelineSpec", "finally").forEach(task -> names.add(task.text("name")));
    return Set.copyOf(names);
  }

  /** A run that failed although none of its tasks did by itself. */
  private Finding ofRun(KubeObject run, List<TaskState> tasks) {
    KubeObject condition = run.condition("Succeeded");
    String said = condition.text("reason") + ": " + condition.text("message");
    for (TaskState task : tasks) {
      if (task.cancelled() && !said.contains("ancelled")) {
        Finding finding = taskDiagnosis.explain(task);
        if (!Set.of("run-cancelled", "run-timeout", "unexplained-failure")
            .contains(finding.rule())) {
          return finding;
        }
      }
    }
    List<String> log =
        tasks.stream()
            .filter(TaskState::cancelled)
            .findFirst()
            .map(task ->
                task.object().list("status", "steps").stream()
                    .map(step -> taskDiagnosis.log(task, step.text("container")))
                    .filter(lines -> !lines.isEmpty())
                    .findFirst()
                    .orElse(List.of()))
            .orElse(List.of());
    List<Clue> clues = new ArrayList<>();
    clues.add(new Clue(run.reference(), said));
    Place place = place(run, "run %s failed (%s)".formatted(run.name(), condition.text("reason")));
    PodDiagnosis pods = new PodDiagnosis(world, judge);
    Optional<Finding> ofPods =
        tasks.isEmpty()
            ? world.of("Pod").stream()
                .filter(pod -> pod.label("tekton.dev/pipelineRun").equals(run.name()))
                .filter(pod -> !pod.text("status", "phase").equals("Succeeded"))
                .flatMap(pod ->
                    pods
                        .explain(
                            pod,
                            new PodDiagnosis.Purpose(
                                "taskrun/" + pod.label("tekton.dev/taskRun"),
                                false,
                                pod.label("tekton.dev/pipelineTask"),
                                run.name(),
                                "task"))
                        .stream())
                .min(Comparator.comparing(Finding::message))
            : Optional.empty();
    return ofPods.orElseGet(() ->
        judge
            .ofCluster(clues, log, false)
            .map(match -> place.finding(Role.CAUSE, match))
            .or(() ->
                tasks.stream()
                    .filter(TaskState::cancelled)
                    .map(taskDiagnosis::explain)
                    .filter(Finding::isExplained)
                    .findFirst())
            .orElseGet(() ->
                place.unexplained(
                    judge.rule("unexplained-failure"), clues, log, "log of the run")));
  }

  private static Place place(KubeObject run, String what) {
    KubeObject condition = run.condition("Succeeded");
    String account = run.text("spec", "taskRunTemplate", "serviceAccountName");
    return new Place(
        run.reference(),
        run.namespace(),
        run.name(),
        "",
        "",
        "",
        "",
        account.isEmpty() ? "default" : account,
        "",
        run.time("status", "completionTime").or(() -> condition.time("lastTransitionTime")),
        what);
  }

  /** Tasks that did not run, or were ended, because something else had failed. */
  private void consequences(KubeObject run, List<TaskState> tasks, List<Finding> findings) {
    Rule skipped = judge.rule("task-skipped");
    for (KubeObject task : run.list("status", "skippedTasks")) {
      if (!BY_DESIGN.contains(task.text("reason"))) {
        findings.add(
            note(
                Role.CONSEQUENCE,
                skipped,
                run.reference(),
                task.text("name"),
                "task %s did not run".formatted(task.text("name")),
                "%s skippedTasks: %s: %s"
                    .formatted(run.reference(), task.text("name"), task.text("reason"))));
      }
    }
    String cause = findings.isEmpty() ? "" : findings.getFirst().object();
    for (TaskState task : tasks) {
      if (task.cancelled() && !task.object().reference().equals(cause)) {
        findings.add(
            note(
                Role.CONSEQUENCE,
                skipped,
                task.object().reference(),
                task.task(),
                "task %s was ended with the run".formatted(task.task()),
                "%s: %s: %s".formatted(task.object().reference(), task.reason(), task.message())));
      }
    }
  }

  private Finding ignored(TaskState task) {
    return note(
        Role.NOTE,
        judge.rule("failure-ignored"),
        task.object().reference(),
        task.task(),
        "task %s failed, and the pipeline ignores that".formatted(task.task()),
        "%s: %s: %s".formatted(task.object().reference(), task.reason(), task.message()));
  }

  private Finding repeated(TaskState task) {
    return note(
        Role.NOTE,
        judge.rule("retry-succeeded"),
        task.object().reference(),
        task.task(),
        "task %s succeeded when it was repeated".formatted(task.task()),
        "%s: %d earlier attempts".formatted(task.object().reference(), task.attempts().size()));
  }

  static Finding note(
      Role role, Rule rule, String object, String task, String title, String evidence) {
    return new Finding(
        role,
        Severity.INFO,
        rule.id(),
        Place.upper(title),
        rule.cause(),
        object,
        task,
        "",
        List.of(evidence),
        List.of(),
        rule.fix(),
        rule.prevent(),
        true,
        "");
  }
}
