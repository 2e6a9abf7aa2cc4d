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

  /** What runs of the same thing have in common. */
  static String origin(KubeObject run) {
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

  private final class Diagnosis {
    private final World world;
    private final Judge judge = new Judge(catalogue, errors);
    private final Standalone standalone;
    private final List<String> gaps;
    private static final String WAITS = ": not ready; no failure found";
    private static final String EARLIER =
        ": failed before; of a pipeline, only the newest run is judged";

    private final List<String> subjects = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    Diagnosis(Case known) {
      this.world = new World(known);
      this.standalone = new Standalone(world);
      this.gaps = new ArrayList<>(known.gaps());
    }

    Report report() {
      runs();
      tasks();
      ServiceDiagnosis services = new ServiceDiagnosis(world, judge, standalone);
      Served.KINDS.stream()
          .flatMap(kind -> world.of(kind).stream())
          .forEach(service -> add(service, services.ofService(service)));
      standalone.jobs().forEach(job -> add(job, services.ofJob(job)));
      standalone
          .deployments()
          .forEach(deployment -> add(deployment, services.ofDeployment(deployment, "")));
      pods(services);
      withoutPods();
      FailedServers.blame(findings);
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
          .filter(task -> findings.stream().anyMatch(found -> isOf(found, task.object())))
          .forEach(task -> task.failedStep().ifPresent(step -> missingLog(task, step)));
      return new Report(subjects, findings, gaps);
    }

    /** What a step printed tells most; what never ran printed nothing. */
    private void missingLog(TaskState task, KubeObject step) {
      boolean ran =
          !Set.of("StartError", "ContainerCannotRun").contains(step.text("terminated", "reason"));
      String container = TaskState.container(step);
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
      boolean waits =
          switch (subject.kind()) {
            case Served.SERVICE, Served.LLM ->
                !subject.condition("Ready").text("status").equals("True");
            case "Deployment" -> subject.condition("Available").text("status").equals("False");
            default -> false;
          };
      String standing =
          subject.at("status").isEmpty() ? notJudged(subject) : waits ? WAITS : ": no failure";
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
      List<KubeObject> newest = newest(world.of("PipelineRun"));
      for (KubeObject run : newest) {
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
      world.of("PipelineRun").stream()
          .filter(run -> !newest.contains(run))
          .filter(run -> run.condition("Succeeded").text("status").equals("False"))
          .forEach(run -> subjects.add(run.reference() + EARLIER));
    }

    private void tasks() {
      TaskDiagnosis diagnosis = new TaskDiagnosis(world, judge);
      Map<String, List<TaskState>> byRun = new LinkedHashMap<>();
      List<KubeObject> alone = new ArrayList<>();
      for (KubeObject object : world.of("TaskRun")) {
        TaskState task = new TaskState(object);
        if (task.run().isEmpty()) {
          alone.add(object);
        }
      }
      standalone
          .tasksOfUnknownRuns()
          .forEach(task -> byRun.computeIfAbsent(task.run(), key -> new ArrayList<>()).add(task));
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

    // ---- what is left of something ----

    /** Runs and services that fail, and whose own state does not say why. */
    private void withoutPods() {
      Traces logs = new Traces(world, judge);
      List<KubeObject> failing =
          Stream.of("PipelineRun", Served.SERVICE, Served.LLM, "Deployment", "Job")
              .flatMap(kind -> world.of(kind).stream())
              .filter(this::isUnexplained)
              .toList();
      for (KubeObject object : failing) {
        logs.explain(object, subjects.size() == 1)
            .ifPresent(finding -> {
              findings.removeIf(other -> isOf(other, object) && other.role() == Role.CAUSE);
              subjects.replaceAll(subject ->
                  subject.endsWith(WAITS) && subject.startsWith(object.reference() + ":")
                      ? object.reference() + ": failing"
                      : subject);
              findings.add(finding);
            });
      }
    }

    /** Whether it fails, and neither a rule nor a log says why. */
    private boolean isUnexplained(KubeObject object) {
      return subjects.contains(object.reference() + WAITS)
          || findings.stream()
              .filter(finding -> isOf(finding, object) && finding.role() == Role.CAUSE)
              .anyMatch(finding ->
                  !finding.isExplained()
                      && finding.evidence().stream().noneMatch(line -> line.startsWith("log of ")));
    }

    private static boolean isOf(Finding finding, KubeObject object) {
      return finding.object().equals(object.reference());
    }

    /** Logs without their pods, and events without their objects. */
    private void traces() {
      Set<String> told = new HashSet<>();
      Traces alone = new Traces(world, judge);
      for (ContainerLog log : world.logsAlone()) {
        if (log.container().isEmpty() && Refusals.areIn(log.lines())) {
          refusal(log);
          continue;
        }
        String source = Traces.source(log);
        String object = "pod/" + log.pod();
        String what = "only the %s is known".formatted(source);
        Place place = Place.of(object, "", log.pod(), log.container(), what);
        Optional<Finding> finding = alone.explain(log, place, false);
        // CI systems save each step, and all of them once more.
        if (log.container().isEmpty() && finding.map(this::isKnown).orElse(false)) {
          told.add(object);
        }
        trace(source, object, finding, told);
      }
      world
          .onlyInEvents()
          .forEach((about, warnings) -> {
            String object = Traces.named(about);
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
            Optional<Finding> finding = alone.explain(warnings, place, false);
            trace("events of " + object, object, finding, told);
          });
    }

    private boolean isKnown(Finding finding) {
      return findings.stream()
          .anyMatch(
              known -> known.rule().equals(finding.rule()) && said(known).equals(said(finding)));
    }

    /** The evidence without where it was read. */
    private static List<String> said(Finding finding) {
      return finding.evidence().stream()
          .map(line -> line.replaceFirst("^log of [^:]*: ", ""))
          .toList();
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

    /**
     * ReplicaSets and pods that nothing in the case owns. Beside something else, those that are
     * well are not listed, and one that failed is not said to be why the other did.
     */
    private void pods(ServiceDiagnosis services) {
      boolean only = subjects.isEmpty();
      boolean failed = findings.stream().anyMatch(finding -> finding.role() == Role.CAUSE);
      for (KubeObject set : standalone.sets()) {
        beside(set, services.ofReplicaSet(set, set.reference()), only, failed);
      }
      PodDiagnosis diagnosis = new PodDiagnosis(world, judge);
      for (KubeObject pod : standalone.pods(only)) {
        beside(pod, diagnosis.explain(pod, purpose(pod)), only, failed);
      }
    }

    private void beside(
        KubeObject object, Optional<Finding> finding, boolean only, boolean failed) {
      if (only || finding.isPresent()) {
        add(object, failed ? finding.map(Finding::asOwnFailure) : finding);
      }
    }

    private static PodDiagnosis.Purpose purpose(KubeObject pod) {
      String taskRun = pod.label("tekton.dev/taskRun");
      return new PodDiagnosis.Purpose(
          taskRun.isEmpty() ? "" : "taskrun/" + taskRun,
          Served.KINDS.stream().anyMatch(kind -> !Served.name(kind, pod).isEmpty()),
          pod.label("tekton.dev/pipelineTask"),
          pod.label("tekton.dev/pipelineRun"),
          "pod");
    }
  }
}
