package dev.modelcar.findings.diagnosis;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.logs.OldLines;
import dev.modelcar.findings.logs.Printed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains why a TaskRun failed, or why it does not start. */
final class TaskDiagnosis {
  private static final String PENDING = "Previous status: [Pending]";
  private static final Pattern KILLED =
      Pattern.compile("OOMKilled|StepOOM|Evicted|TimeoutExceeded|exceeded the specified timeout");
  private static final Set<String> BAD_WAITING =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "ErrImageNeverPull",
          "InvalidImageName",
          "ImageInspectError",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError",
          "CrashLoopBackOff");
  private static final Set<Integer> KILLS = Set.of(137, 143);
  private static final int REPEATED = 3;
  private static final Set<String> OUT_OF_MEMORY =
      Set.of("step-out-of-memory", "java-heap-exhausted");

  /** What the tasks that move models have, where nothing else is known. */
  private static final BigDecimal USUAL_MEMORY = BigDecimal.valueOf(512L << 20);

  private final World world;
  private final Judge judge;

  TaskDiagnosis(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
  }

  static boolean isBad(String waiting) {
    return BAD_WAITING.contains(waiting);
  }

  /** Why it failed. */
  Finding explain(TaskState task) {
    Optional<KubeObject> step = task.failedStep();
    String container = container(task, step);
    List<String> log = log(task, container);
    String source = "log of %s %s".formatted(task.pod(), container);
    Printed printed =
        new Printed(
            source,
            OldLines.without(log, task.started()),
            work(task, step, container),
            step.map(each -> OptionalInt.of(each.number("terminated", "exitCode")))
                .orElse(OptionalInt.empty()));
    Place place = place(task, step, container);
    List<Clue> clues = clues(task, step);
    boolean killed =
        task.podTakenAway() || clues.stream().anyMatch(c -> KILLED.matcher(c.text()).find());
    if (step.isPresent() && !killed) {
      Optional<ErrorCode> own = judge.ownError(log);
      if (own.isPresent()) {
        return place.finding(own.get(), log, source);
      }
      Optional<Match> match =
          judge
              .ofShell(printed, step.get().number("terminated", "exitCode"))
              .or(() -> judge.ofLog(printed, false, true))
              .or(() -> judge.ofCluster(takenAway(task, step.get()), log, false))
              .or(() -> judge.ofCluster(clues, log, false));
      return match
          .map(found -> place.finding(Role.CAUSE, withMemory(task, container, found)))
          .orElseGet(() ->
              place.unexplained(
                  judge.rule("unexplained-failure"), clues, log, source, judge.earlier(printed)));
    }
    if (task.timedOut() || task.cancelled()) {
      return ofTimeout(task, place, clues, printed);
    }
    List<Clue> all = Stream.concat(clues.stream(), events(task).stream()).toList();
    return judge
        .ofCluster(all, log, false)
        .map(match -> place.finding(Role.CAUSE, withMemory(task, container, match)))
        .orElseGet(() ->
            place.unexplained(
                judge.rule(
                    hasStarted(task, log) || task.pod().isEmpty()
                        ? "unexplained-failure"
                        : "container-not-started"),
                all,
                log,
                source));
  }

  /** A timeout is the reason only of what was at work; what never began has another. */
  private Finding ofTimeout(TaskState task, Place place, List<Clue> clues, Printed printed) {
    List<String> log = printed.lines();
    if (!hasStarted(task, log)) {
      List<Clue> unscheduled =
          world.find("Pod", task.pod()).flatMap(PodDiagnosis::unscheduled).stream().toList();
      Optional<Match> why =
          judge.ofCluster(
              Stream.concat(unscheduled.stream(), events(task).stream())
                  .filter(c -> !c.text().contains("failed to finish"))
                  .toList(),
              log,
              false);
      Optional<Match> said =
          why.or(() ->
              judge.ofCluster(
                  List.of(new Clue(task.object().reference(), afterPending(task.message()))),
                  log,
                  false));
      if (said.isPresent()) {
        return place.finding(Role.CAUSE, said.get());
      }
      if (!unscheduled.isEmpty()) {
        return place.unexplained(
            judge.rule("container-not-started"), unscheduled, log, printed.source());
      }
    }
    return repeated(printed)
        .or(() -> judge.ofCluster(clues, log, false))
        .map(match -> place.finding(Role.CAUSE, match))
        .orElseGet(() ->
            place.unexplained(judge.rule("unexplained-failure"), clues, log, printed.source()));
  }

  /** A step that was killed may have lost its node, or made room for another pod. */
  private List<Clue> takenAway(TaskState task, KubeObject step) {
    return KILLS.contains(step.number("terminated", "exitCode"))
        ? events(task).stream().filter(World::isTakenAway).toList()
        : List.of();
  }

  private static String afterPending(String message) {
    int from = message.indexOf(PENDING);
    return from < 0 ? "" : message.substring(from);
  }

  /** It waited for something in a loop: the last lines say the same again and again. */
  private Optional<Match> repeated(Printed printed) {
    List<String> log = printed.lines();
    if (log.isEmpty()) {
      return Optional.empty();
    }
    String last = log.getLast();
    long times =
        log.subList(Math.max(0, log.size() - 20), log.size()).stream().filter(last::equals).count();
    return times < REPEATED
        ? Optional.empty()
        : judge.ofLog(printed.with(List.of(last)), false, true);
  }

  /** Why a task that has not ended does not start; nothing if it is at work. */
  Optional<Finding> explainWaiting(TaskState task) {
    Optional<KubeObject> pod = world.find("Pod", task.pod());
    List<String> none = List.of();
    List<Clue> clues = new ArrayList<>();
    pod.flatMap(PodDiagnosis::unscheduled).ifPresent(clues::add);
    pod.ifPresent(known -> {
      for (KubeObject status : PodDiagnosis.statuses(known)) {
        String reason = status.text("state", "waiting", "reason");
        if (isBad(reason)) {
          clues.add(
              new Clue(
                  "%s container %s".formatted(known.reference(), status.text("name")),
                  reason + ": " + status.text("state", "waiting", "message")));
        }
      }
    });
    boolean begun =
        pod.map(known ->
                PodDiagnosis.statuses(known).stream()
                    .anyMatch(status ->
                        !status.at("state", "running").isEmpty()
                            || !status.at("state", "terminated").isEmpty()))
            .orElse(false);
    Set<String> harmless = Set.of("Running", "Started", "Pending", "");
    if (!harmless.contains(task.reason())) {
      clues.add(new Clue(task.object().reference(), task.reason() + ": " + task.message()));
    }
    if (!clues.isEmpty()) {
      clues.addAll(events(task));
    } else if (!begun) {
      clues.addAll(PodDiagnosis.ofVolumes(events(task)));
    }
    if (clues.isEmpty() || (hasStarted(task, none) && pod.isEmpty())) {
      return Optional.empty();
    }
    return judge
        .ofCluster(clues, none, false)
        .map(match -> place(task, Optional.empty(), "").finding(Role.CAUSE, match));
  }

  // ---- what is known of it ----

  private static String container(TaskState task, Optional<KubeObject> step) {
    return step.or(() -> task.object().list("status", "steps").stream().findFirst())
        .map(TaskState::container)
        .orElse("");
  }

  /** What the step runs: as the pod has it, or the task. */
  private String work(TaskState task, Optional<KubeObject> step, String container) {
    String inPod =
        world.find("Pod", task.pod()).map(pod -> PodDiagnosis.work(pod, container)).orElse("");
    String name = step.map(each -> each.text("name")).orElse("");
    return Stream.concat(
            Stream.of(inPod),
            Stream.of("status", "spec")
                .flatMap(part -> task.object().list(part, "taskSpec", "steps").stream())
                .filter(each -> each.text("name").equals(name))
                .map(PodDiagnosis::work))
        .collect(Collectors.joining(" "));
  }

  List<String> log(TaskState task, String container) {
    List<String> log = new ArrayList<>(world.log(task.pod(), container));
    world
        .find("Pod", task.pod())
        .flatMap(pod -> PodDiagnosis.status(pod, container))
        .map(status -> status.text("state", "terminated", "message"))
        .filter(message -> !message.isBlank() && !message.strip().startsWith("["))
        .ifPresent(message -> log.addAll(message.lines().toList()));
    return log;
  }

  /** What the statuses say, without events. */
  private List<Clue> clues(TaskState task, Optional<KubeObject> step) {
    List<Clue> clues = new ArrayList<>();
    Optional<KubeObject> pod = world.find("Pod", task.pod());
    pod.filter(known -> !known.text("status", "reason").isEmpty())
        .ifPresent(known ->
            clues.add(
                new Clue(
                    known.reference(),
                    known.text("status", "reason") + ": " + known.text("status", "message"))));
    pod.map(known -> known.condition("DisruptionTarget"))
        .filter(condition -> condition.text("status").equals("True"))
        .ifPresent(condition ->
            clues.add(
                new Clue(
                    "pod/" + task.pod(),
                    condition.text("reason") + ": " + condition.text("message"))));
    for (KubeObject each : task.object().list("status", "steps")) {
      String source = "%s step %s".formatted(task.object().reference(), each.text("name"));
      if (!each.at("waiting").isEmpty()
          && !each.text("waiting", "reason").equals("PodInitializing")) {
        clues.add(
            new Clue(
                source, each.text("waiting", "reason") + ": " + each.text("waiting", "message")));
      }
      if (step.map(failed -> failed.text("name").equals(each.text("name"))).orElse(false)
          && !task.podTakenAway()) {
        clues.add(new Clue(source, ended(each.at("terminated"), each.text("terminationReason"))));
        pod.flatMap(known -> PodDiagnosis.status(known, each.text("container")))
            .map(status -> status.text("state", "terminated", "reason"))
            .filter("OOMKilled"::equals)
            .ifPresent(reason -> clues.add(new Clue(source, reason)));
      }
    }
    // Tekton's word for it is more particular than an exit code.
    int exit = 0;
    while (exit < clues.size() && !clues.get(exit).text().contains(", exit code ")) {
      exit++;
    }
    clues.add(exit, new Clue(task.object().reference(), task.reason() + ": " + task.message()));
    return clues;
  }

  static String ended(KubeObject terminated, String more) {
    String reason = terminated.text("reason");
    return "%s, exit code %d%s"
        .formatted(
            reason.isEmpty() ? "Error" : reason,
            terminated.number("exitCode"),
            more.isEmpty() || more.equals("Error") || more.equals(reason) ? "" : ", " + more);
  }

  private List<Clue> events(TaskState task) {
    String uid = world.find("Pod", task.pod()).map(pod -> pod.text("metadata", "uid")).orElse("");
    List<Clue> clues = new ArrayList<>();
    if (!task.pod().isEmpty()) {
      clues.addAll(world.warnings("Pod", task.pod(), uid, task.started()));
    }
    if (clues.stream().anyMatch(clue -> clue.text().contains(PodDiagnosis.CLAIMS))) {
      world.find("Pod", task.pod()).ifPresent(pod -> clues.addAll(0, world.warningsOfClaims(pod)));
    }
    if (clues.stream().anyMatch(clue -> clue.text().contains("pod affinity"))) {
      clues.addAll(world.warningsOfPrefix("affinity-assistant", task.started()));
    }
    clues.addAll(
        world.warnings(
            "TaskRun",
            task.object().name(),
            task.object().text("metadata", "uid"),
            task.started()));
    return clues;
  }

  private boolean hasStarted(TaskState task, List<String> log) {
    if (task.message().contains(PENDING)) {
      return false;
    }
    return !log.isEmpty()
        || world.hasStartedSteps(task.pod())
        || task.hasLateStep()
        || world
            .find("Pod", task.pod())
            .map(pod ->
                pod.list("status", "containerStatuses").stream()
                    .anyMatch(status ->
                        !status.text("state", "running", "startedAt").isEmpty()
                            || !status.text("state", "terminated", "startedAt").isEmpty()))
            .orElse(false);
  }

  Place place(TaskState task, Optional<KubeObject> step, String container) {
    Optional<KubeObject> pod = world.find("Pod", task.pod());
    String name = step.map(each -> each.text("name")).orElse("");
    String image =
        pod.flatMap(known ->
                known.list("spec", "containers").stream()
                    .filter(each -> each.text("name").equals(container))
                    .map(each -> each.text("image"))
                    .findFirst())
            .or(() ->
                Stream.concat(
                        task.object().list("status", "taskSpec", "steps").stream(),
                        task.object().list("spec", "taskSpec", "steps").stream())
                    .filter(each -> name.isEmpty() || each.text("name").equals(name))
                    .map(each -> each.text("image"))
                    .findFirst())
            .orElse("");
    String what =
        step.isPresent() && !task.podTakenAway()
            ? "step %s of task %s exited with code %d"
                .formatted(name, task.task(), step.get().number("terminated", "exitCode"))
            : task.failed()
                ? "task %s failed (%s)".formatted(task.task(), task.reason())
                : "task %s does not start".formatted(task.task());
    return new Place(
        task.object().reference(),
        task.object().namespace(),
        task.run(),
        task.task(),
        name,
        task.pod(),
        container,
        pod.map(known -> known.text("spec", "serviceAccountName"))
            .filter(account -> !account.isEmpty())
            .orElseGet(task::account),
        image,
        task.failed() ? task.failedAt() : Optional.empty(),
        what);
  }

  /** How much memory the container that ran out of it had, and twice that for the next run. */
  private Match withMemory(TaskState task, String container, Match match) {
    if (!OUT_OF_MEMORY.contains(match.rule().id())) {
      return match;
    }
    List<String> evidence = new ArrayList<>(match.evidence());
    Map<String, String> values = new HashMap<>(match.values());
    Optional<String> limit = memory(task, container);
    limit.ifPresent(known ->
        evidence.add(
            "pod/%s container %s: limits.memory: %s".formatted(task.pod(), container, known)));
    BigDecimal now = limit.map(Quantity::bytes).orElse(USUAL_MEMORY).max(BigDecimal.ONE);
    values.put("memory", "%dMiB".formatted((now.longValue() * 2) >> 20));
    return new Match(match.rule(), values, evidence, match.proven());
  }

  /** Of the container, or of the one that may use most. */
  private Optional<String> memory(TaskState task, String container) {
    List<KubeObject> containers =
        world
            .find("Pod", task.pod())
            .map(pod -> pod.list("spec", "containers"))
            .orElse(List.of())
            .stream()
            .filter(each -> !each.text("resources", "limits", "memory").isEmpty())
            .toList();
    return containers.stream()
        .filter(each -> each.text("name").equals(container))
        .findFirst()
        .or(() ->
            containers.stream()
                .max(
                    Comparator.comparing(
                        each -> Quantity.bytes(each.text("resources", "limits", "memory")))))
        .map(each -> each.text("resources", "limits", "memory"));
  }
}
