package dev.modelcar.findings.diagnosis;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.redaction.Redactor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says what failed first, why, and what followed from it. Pure: the same case gives the same
 * report. Only what failed is explained; what a healthy run printed, what was repeated with success
 * and what is older than the run is never blamed. Secrets do not reach the report.
 */
public final class Diagnoser {
  private final Catalogue catalogue;
  private final ErrorCatalogue errors;

  /**
   * @param errors of modelcar itself, which its logs name
   */
  public Diagnoser(Catalogue catalogue, ErrorCatalogue errors) {
    this.catalogue = catalogue;
    this.errors = errors;
  }

  public Report diagnose(Case known) {
    return new Diagnosis(Redactor.redact(known)).report();
  }

  private final class Diagnosis {
    private final World world;
    private final Judge judge = new Judge(catalogue, errors);
    private final List<String> gaps;
    private final List<String> subjects = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    Diagnosis(Case known) {
      this.world = new World(known);
      this.gaps = new ArrayList<>(known.gaps());
    }

    Report report() {
      runs();
      tasks();
      ServiceDiagnosis services = new ServiceDiagnosis(world, judge);
      for (KubeObject service : world.of("InferenceService")) {
        add(service, services.ofService(service));
      }
      if (subjects.isEmpty()) {
        world.of("Job").forEach(job -> add(job, services.ofJob(job)));
        world
            .of("Deployment")
            .forEach(deployment -> add(deployment, services.ofDeployment(deployment, "")));
      }
      if (subjects.isEmpty()) {
        List<KubeObject> sets = world.of("ReplicaSet");
        sets.forEach(set -> add(set, services.ofReplicaSet(set, set.reference())));
        pods();
      }
      if (findings.isEmpty() && subjects.stream().allMatch(s -> s.endsWith(Report.NOT_JUDGED))) {
        traces();
      }
      new Notes(world, judge).addTo(findings);
      ServerViews servers = new ServerViews(world, judge);
      servers.addTo(findings);
      gaps.addAll(servers.contradictions());
      findings.sort(Comparator.comparing(Finding::role));
      world.of("TaskRun").stream()
          .map(TaskState::new)
          .filter(task -> task.failed() && !task.podTakenAway())
          .filter(task -> findings.stream().anyMatch(found -> isAbout(found, task)))
          .forEach(task -> task.failedStep().ifPresent(step -> missingLog(task, step)));
      return new Report(subjects, findings, gaps);
    }

    private static boolean isAbout(Finding finding, TaskState task) {
      return finding.object().equals(task.object().reference());
    }

    /** What a step printed tells most; what never ran printed nothing. */
    private void missingLog(TaskState task, KubeObject step) {
      boolean ran =
          !Set.of("StartError", "ContainerCannotRun").contains(step.text("terminated", "reason"));
      String named = step.text("container");
      String container = named.isEmpty() ? "step-" + step.text("name") : named;
      String log = "the log of %s %s".formatted(task.pod(), container).replace("  ", " ");
      if (ran
          && !world.hasLog(task.pod(), container)
          && gaps.stream().noneMatch(gap -> gap.startsWith(log))) {
        gaps.add(
            "%s is missing: step %s of %s failed, and what it printed is not known"
                .formatted(log, step.text("name"), task.object().reference()));
      }
    }

    private void add(KubeObject subject, Optional<Finding> finding) {
      String standing = subject.at("status").isEmpty() ? notJudged(subject) : ": no failure";
      subjects.add(subject.reference() + (finding.isPresent() ? ": failing" : standing));
      finding.ifPresent(findings::add);
    }

    private String notJudged(KubeObject object) {
      gaps.add(
          object.reference()
              + " has no status: it is a manifest, or no controller has looked at it yet");
      return Report.NOT_JUDGED;
    }

    private String standing(KubeObject object) {
      if (object.at("status").isEmpty()) {
        return notJudged(object);
      }
      return ": "
          + switch (object.condition("Succeeded").text("status")) {
            case "True" -> "succeeded";
            case "False" -> "failed";
            default -> "not finished";
          };
    }

    // ---- Tekton ----

    /** Of the runs of a pipeline, the newest is diagnosed; what failed before is over. */
    private void runs() {
      RunDiagnosis diagnosis = new RunDiagnosis(world, judge);
      for (KubeObject run : newest(world.of("PipelineRun"))) {
        List<TaskState> tasks =
            world.of("TaskRun").stream()
                .map(TaskState::new)
                .filter(task ->
                    task.run().equals(run.name())
                        || task.object().isOwnedBy("PipelineRun", run.name()))
                .toList();
        subjects.add(run.reference() + standing(run));
        findings.addAll(diagnosis.of(run, tasks));
      }
    }

    private void tasks() {
      boolean hasRuns = !subjects.isEmpty();
      TaskDiagnosis diagnosis = new TaskDiagnosis(world, judge);
      Map<String, List<TaskState>> byRun = new LinkedHashMap<>();
      List<KubeObject> alone = new ArrayList<>();
      for (KubeObject object : world.of("TaskRun")) {
        TaskState task = new TaskState(object);
        if (task.run().isEmpty()) {
          alone.add(object);
        } else if (!hasRuns) {
          byRun.computeIfAbsent(task.run(), key -> new ArrayList<>()).add(task);
        }
      }
      newest(alone).stream()
          .map(TaskState::new)
          .map(List::of)
          .forEach(tasks -> ofTasks(tasks, diagnosis));
      byRun.values().forEach(tasks -> ofTasks(tasks, diagnosis));
    }

    /** Tasks of one run, whose run itself is not known; or a single one. */
    private void ofTasks(List<TaskState> tasks, TaskDiagnosis diagnosis) {
      tasks.forEach(task -> subjects.add(task.object().reference() + standing(task.object())));
      List<TaskState> failed =
          tasks.stream().filter(TaskState::failed).sorted(RunDiagnosis.BY_FAILURE).toList();
      if (failed.isEmpty()) {
        tasks.stream()
            .filter(task -> !task.succeeded() && !task.ignored())
            .flatMap(task -> diagnosis.explainWaiting(task).stream())
            .findFirst()
            .ifPresent(findings::add);
        return;
      }
      for (TaskState task : failed) {
        Finding finding = diagnosis.explain(task);
        findings.add(task.equals(failed.getFirst()) ? finding : finding.asOwnFailure());
      }
    }

    /** The newest of those that run the same. */
    private static List<KubeObject> newest(List<KubeObject> runs) {
      Map<String, KubeObject> newest = new LinkedHashMap<>();
      Comparator<KubeObject> byAge =
          Comparator.comparing(
              run -> run.created().or(() -> run.time("status", "startTime")).orElse(Instant.MIN));
      for (KubeObject run : runs) {
        newest.merge(origin(run), run, (one, other) -> byAge.compare(other, one) > 0 ? other : one);
      }
      return List.copyOf(newest.values());
    }

    private static String origin(KubeObject run) {
      return Stream.of(
              run.text("spec", "pipelineRef", "name"),
              run.text("spec", "taskRef", "name"),
              run.label("tekton.dev/pipeline"),
              run.text("metadata", "generateName"))
          .filter(text -> !text.isEmpty())
          .findFirst()
          .filter(text -> !text.equals(run.name()))
          .orElseGet(() -> run.name().replaceFirst("-[a-z0-9]{5}$", ""));
    }

    // ---- what is left of something ----

    /** Logs without their pods, and events without their objects. */
    private void traces() {
      Set<String> told = new HashSet<>();
      for (ContainerLog log : world.logsAlone()) {
        if (log.container().isEmpty() && Refusals.areIn(log.lines())) {
          refusal(log);
          continue;
        }
        String container = log.container();
        String source = "log of %s %s".formatted(log.pod(), container).strip();
        String object = "pod/" + log.pod();
        Place place =
            Place.of(object, "", log.pod(), container, "only the %s is known".formatted(source));
        Optional<Finding> finding =
            judge
                .ownError(log.lines())
                .map(own -> place.finding(own, log.lines(), source))
                .or(() ->
                    judge
                        .ofLogAlone(source, log.lines())
                        .map(match -> place.finding(Role.CAUSE, match)));
        trace(source, object, finding, told);
      }
      world
          .onlyInEvents()
          .forEach((about, warnings) -> {
            String object = about.reference().replaceFirst("/.*", "/" + about.text("name"));
            if (told.contains(object) || warnings.isEmpty()) {
              return;
            }
            boolean pod = about.kind().equals("Pod");
            Place place =
                Place.of(
                    object,
                    about.text("namespace"),
                    pod ? about.text("name") : "",
                    "",
                    "only events of %s are known".formatted(object));
            Optional<Finding> finding =
                judge
                    .ofCluster(
                        warnings.stream()
                            .filter(clue -> !clue.text().startsWith("Unhealthy"))
                            .toList(),
                        List.of(),
                        false)
                    .map(match -> place.finding(Role.CAUSE, match));
            trace("events of " + object, object, finding, told);
          });
    }

    /** What kubectl said of objects that the cluster did not take, of which there is no state. */
    private void refusal(ContainerLog log) {
      String source = "output in %s %s".formatted(log.pod(), log.container()).strip();
      Optional<Finding> finding = new Refusals(judge).of(source, log.lines());
      subjects.add(source + (finding.isPresent() ? ": failing" : Report.NOT_JUDGED));
      finding.ifPresent(findings::add);
    }

    private void trace(String subject, String object, Optional<Finding> finding, Set<String> told) {
      subjects.add(subject + (finding.isPresent() ? ": failing" : Report.NOT_JUDGED));
      gaps.add(
          "the state of %s is not known: there is only the %s"
              .formatted(object, subject)
              .replace("the events", "events"));
      if (finding.isPresent() && told.add(object)) {
        findings.add(finding.get());
      }
    }

    // ---- pods alone ----

    private void pods() {
      PodDiagnosis diagnosis = new PodDiagnosis(world, judge);
      for (KubeObject pod : world.of("Pod")) {
        String taskRun = pod.label("tekton.dev/taskRun");
        String object = taskRun.isEmpty() ? "" : "taskrun/" + taskRun;
        boolean serves = !pod.label("serving.kserve.io/inferenceservice").isEmpty();
        add(
            pod,
            diagnosis.explain(
                pod,
                new PodDiagnosis.Purpose(
                    object,
                    serves,
                    pod.label("tekton.dev/pipelineTask"),
                    pod.label("tekton.dev/pipelineRun"),
                    "pod")));
      }
    }
  }
}
