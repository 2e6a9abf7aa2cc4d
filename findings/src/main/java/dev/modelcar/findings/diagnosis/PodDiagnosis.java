package dev.modelcar.findings.diagnosis;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.logs.Printed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains what is wrong with a pod; of one that is well, nothing. */
final class PodDiagnosis {
  private static final int MANY_RESTARTS = 3;

  /** Probes in vain that are no accident. */
  private static final int REPEATED = 10;

  /** Probes in vain for so long, most of an hour, that no model is being loaded. */
  private static final int ENDLESS = 300;

  /** Ends of containers that their programs have no part in. */
  private static final Set<String> NOT_BY_ITSELF =
      Set.of("OOMKilled", "StartError", "ContainerCannotRun");

  /** What programs say of files that they cannot reach. */
  private static final Set<String> OF_FILES =
      Set.of(
          "serve-files-unreadable",
          "serve-uid-differs",
          "serve-model-missing",
          "serve-config-missing",
          "volume-permission-denied");

  private static final Pattern MODEL_FOLDER = Pattern.compile("/mnt/models|/proc/\\d+/root/models");

  private static final Pattern UP =
      Pattern.compile(
          "Application startup complete|Uvicorn running on|Started HTTPService|HTTP server running on|Listening at: http|server is listening on");

  /** Probes that the kubelet kills a container for. */
  private static final Pattern KILLING =
      Pattern.compile("^Unhealthy: (?:Liveness|Startup) probe failed");

  /** What the kubelet says of a pod that it has only just met. */
  private static final Pattern PASSING = Pattern.compile("not registered|failed to sync");

  /** The rule for clients of another container of their pod. */
  private static final String WAITED_FOR = "localhost-refused";

  /** In the scheduler's words: the pod waits for volumes. */
  static final String CLAIMS = "PersistentVolumeClaims";

  /** KServe's container that has the model. */
  private static final String MODELCAR = "modelcar";

  private final World world;
  private final Judge judge;

  /**
   * What a pod runs for.
   *
   * @param object that is named in the findings
   * @param serving whether it serves a model
   * @param what it is, in words
   */
  record Purpose(String object, boolean serving, String task, String run, String what) {}

  PodDiagnosis(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
  }

  static List<KubeObject> statuses(KubeObject pod) {
    return Stream.concat(
            pod.list("status", "initContainerStatuses").stream(),
            pod.list("status", "containerStatuses").stream())
        .toList();
  }

  static Optional<KubeObject> status(KubeObject pod, String container) {
    return statuses(pod).stream()
        .filter(status -> status.text("name").equals(container))
        .findFirst();
  }

  /** Whether a container is neither ready nor through with its work. */
  static boolean hasFailed(KubeObject status) {
    KubeObject ended = status.at("state", "terminated");
    return ended.isEmpty() ? !status.text("ready").equals("true") : ended.number("exitCode") != 0;
  }

  Optional<Finding> explain(KubeObject pod, Purpose purpose) {
    List<Clue> events =
        world.warnings("Pod", pod.name(), pod.text("metadata", "uid"), pod.created());
    String reason = pod.text("status", "reason");
    if (!reason.isEmpty() && pod.text("status", "phase").equals("Failed")) {
      Clue clue = new Clue(pod.reference(), reason + ": " + pod.text("status", "message"));
      Optional<Match> match = judge.ofCluster(List.of(clue), List.of(), purpose.serving());
      if (match.isPresent()) {
        return Optional.of(
            place(pod, purpose, "", "pod %s failed".formatted(pod.name()))
                .finding(Role.CAUSE, match.get()));
      }
    }
    KubeObject disrupted = pod.condition("DisruptionTarget");
    if (disrupted.text("status").equals("True")
        && !Set.of("Running", "Succeeded").contains(pod.text("status", "phase"))) {
      Clue clue =
          new Clue(pod.reference(), disrupted.text("reason") + ": " + disrupted.text("message"));
      Optional<Match> match = judge.ofCluster(List.of(clue), List.of(), false);
      if (match.isPresent()) {
        return Optional.of(
            place(pod, purpose, "", "pod %s was ended from outside".formatted(pod.name()))
                .finding(Role.CAUSE, match.get()));
      }
    }
    Optional<Clue> unscheduled = unscheduled(pod);
    if (unscheduled.isPresent()) {
      List<Clue> ofClaims =
          unscheduled.get().text().contains(CLAIMS) ? world.warningsOfClaims(pod) : List.of();
      List<Clue> clues =
          Stream.of(ofClaims.stream(), unscheduled.stream(), events.stream())
              .flatMap(each -> each)
              .toList();
      return Optional.of(
          explained(
              pod,
              purpose,
              "",
              "pod %s is not scheduled".formatted(pod.name()),
              clues,
              List.of(),
              "container-not-started"));
    }
    return ofContainers(pod, purpose, events)
        .or(() -> ofVolumes(pod, purpose, events))
        .or(() -> neverReady(pod, purpose, events));
  }

  /**
   * The container that failed first; one that only found nothing at localhost waited for another of
   * the same pod.
   */
  private Optional<Finding> ofContainers(KubeObject pod, Purpose purpose, List<Clue> events) {
    List<Finding> found =
        statuses(pod).stream()
            .sorted(Comparator.comparing(PodDiagnosis::endedAt))
            .flatMap(status -> ofContainer(pod, status, purpose, events).stream())
            .toList();
    return found.stream()
        .filter(finding -> !finding.rule().equals(WAITED_FOR))
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  /** What the scheduler said of a pod that has no node; events of it are kept for an hour only. */
  static Optional<Clue> unscheduled(KubeObject pod) {
    KubeObject scheduled = pod.condition("PodScheduled");
    return scheduled.text("status").equals("False")
        ? Optional.of(
            new Clue(pod.reference(), scheduled.text("reason") + ": " + scheduled.text("message")))
        : Optional.empty();
  }

  private static Instant endedAt(KubeObject status) {
    return status
        .time("state", "terminated", "finishedAt")
        .or(() -> status.time("lastState", "terminated", "finishedAt"))
        .orElse(Instant.MAX);
  }

  private Optional<Finding> ofContainer(
      KubeObject pod, KubeObject status, Purpose purpose, List<Clue> events) {
    String name = status.text("name");
    KubeObject waiting = status.at("state", "waiting");
    KubeObject now = status.at("state", "terminated");
    KubeObject ended = ended(status);
    int restarts = status.number("restartCount");
    boolean ready = status.text("ready").equals("true");
    String reason = waiting.text("reason");
    boolean stuck = TaskDiagnosis.isBad(reason) && !reason.equals("CrashLoopBackOff");
    if (!reason.isEmpty() && (ended.isEmpty() || stuck)) {
      if (!TaskDiagnosis.isBad(reason)) {
        return Optional.empty();
      }
      String source = "%s container %s".formatted(pod.reference(), name);
      List<Clue> clues = new ArrayList<>();
      clues.add(new Clue(source, reason + ": " + waiting.text("message")));
      if (NOT_BY_ITSELF.contains(ended.text("reason"))) {
        clues.add(new Clue(source, said(ended)));
      }
      clues.addAll(events);
      return Optional.of(
          explained(
              pod,
              purpose,
              name,
              "container %s of pod %s does not start (%s)".formatted(name, pod.name(), reason),
              clues,
              List.of(),
              purpose.serving() ? "serve-container-waiting" : "container-not-started"));
    }
    boolean crashed = !now.isEmpty() && now.number("exitCode") != 0;
    boolean loops = reason.equals("CrashLoopBackOff") && restarts > 0;
    boolean unstable = restarts >= MANY_RESTARTS && !ready && now.isEmpty();
    if (!ended.isEmpty() && (crashed || loops || unstable)) {
      List<String> log = world.log(pod.name(), name, now.isEmpty());
      return Optional.of(crashed(pod, name, purpose, ended, events, log));
    }
    boolean slow = purpose.serving() && !ready && !status.at("state", "running").isEmpty();
    return slow
        ? judge
            .ofLog(printed(pod, name, world.log(pod.name(), name)), true, false)
            .map(match -> byUser(pod, name, match))
            .map(match ->
                place(
                        pod,
                        purpose,
                        name,
                        "container %s of pod %s is not ready".formatted(name, pod.name()))
                    .finding(Role.CAUSE, match))
        : Optional.empty();
  }

  /**
   * @param printed what it printed before that end
   */
  private Finding crashed(
      KubeObject pod,
      String name,
      Purpose purpose,
      KubeObject ended,
      List<Clue> events,
      List<String> printed) {
    List<String> log = new ArrayList<>(printed);
    String message = ended.text("message");
    if (log.isEmpty() && !message.startsWith("[")) {
      log.addAll(message.lines().toList());
    }
    String what =
        "container %s of pod %s exited with code %d"
            .formatted(name, pod.name(), ended.number("exitCode"));
    Clue clue = new Clue("%s container %s".formatted(pod.reference(), name), said(ended));
    Optional<ErrorCode> own = judge.ownError(log);
    if (own.isPresent()) {
      return place(pod, purpose, name, what).finding(own.get(), log, source(pod, name));
    }
    // The kubelet kills what fails its probe; the state has no word of it.
    List<Clue> clues =
        Stream.concat(
                events.stream()
                    .filter(_ -> Set.of(137, 143).contains(ended.number("exitCode")))
                    .filter(_ -> !ended.text("reason").equals("OOMKilled"))
                    .filter(event -> KILLING.matcher(event.text()).find()),
                Stream.of(clue))
            .toList();
    boolean killed = NOT_BY_ITSELF.contains(ended.text("reason"));
    Optional<Match> match =
        killed
            ? judge.ofCluster(clues, log, purpose.serving())
            : judge
                .ofLog(printed(pod, name, log), purpose.serving(), true)
                .map(found -> purpose.serving() ? byUser(pod, name, found) : found)
                .or(() -> judge.ofCluster(clues, log, purpose.serving()));
    Place place = place(pod, purpose, name, what);
    return match
        .map(found -> place.finding(Role.CAUSE, found))
        .orElseGet(() ->
            place.unexplained(
                judge.rule(purpose.serving() ? "serve-container-crashed" : "unexplained-failure"),
                List.of(clue),
                log,
                source(pod, name)));
  }

  /** What the state of a container says of its end; Tekton's results stand there too. */
  private static String said(KubeObject ended) {
    String message = ended.text("message");
    return TaskDiagnosis.ended(ended, "")
        + (message.isBlank() || message.startsWith("[") ? "" : ": " + message);
  }

  /**
   * In modelcar mode the server reaches the model through {@code /proc}, which only the same user
   * may: whatever it says of files there, other users on both sides are the reason.
   */
  private Match byUser(KubeObject pod, String container, Match match) {
    boolean ofFiles =
        OF_FILES.contains(match.rule().id())
            && match.evidence().stream().anyMatch(line -> MODEL_FOLDER.matcher(line).find());
    if (!ofFiles || work(pod, MODELCAR).isEmpty()) {
      return match;
    }
    String server = user(pod, container);
    String model = user(pod, MODELCAR);
    if (server.equals(model)) {
      return match;
    }
    List<String> evidence = new ArrayList<>(match.evidence());
    evidence.add(
        "%s: container %s runs as %s, container %s as %s"
            .formatted(pod.reference(), container, words(server), MODELCAR, words(model)));
    return new Match(judge.rule("serve-uid-differs"), match.values(), evidence);
  }

  private static String user(KubeObject pod, String container) {
    return containers(pod)
        .filter(each -> each.text("name").equals(container))
        .map(each -> each.text("securityContext", "runAsUser"))
        .filter(user -> !user.isEmpty())
        .findFirst()
        .orElseGet(() -> pod.text("spec", "securityContext", "runAsUser"));
  }

  private static String words(String user) {
    return user.isEmpty() ? "the user of its image" : "user " + user;
  }

  private static Stream<KubeObject> containers(KubeObject pod) {
    return Stream.concat(
        pod.list("spec", "initContainers").stream(), pod.list("spec", "containers").stream());
  }

  private static Printed printed(KubeObject pod, String container, List<String> log) {
    return new Printed(source(pod, container), log, work(pod, container), exit(pod, container));
  }

  /** How a container ended, or ended before it was started again. */
  private static KubeObject ended(KubeObject status) {
    KubeObject now = status.at("state", "terminated");
    return now.isEmpty() ? status.at("lastState", "terminated") : now;
  }

  private static OptionalInt exit(KubeObject pod, String container) {
    return status(pod, container).map(PodDiagnosis::ended).stream()
        .filter(ended -> !ended.isEmpty())
        .mapToInt(ended -> ended.number("exitCode"))
        .findFirst();
  }

  /** What a container runs. */
  static String work(KubeObject pod, String container) {
    return Stream.concat(
            pod.list("spec", "initContainers").stream(), pod.list("spec", "containers").stream())
        .filter(each -> each.text("name").equals(container))
        .map(PodDiagnosis::work)
        .collect(Collectors.joining(" "));
  }

  /** The same of a container or a step. */
  static String work(KubeObject container) {
    List<String> words = new ArrayList<>();
    words.add(container.text("image"));
    container.list("command").forEach(word -> words.add(word.node().asText("")));
    container.list("args").forEach(word -> words.add(word.node().asText("")));
    words.add(container.text("script"));
    return String.join(" ", words);
  }

  private static String source(KubeObject pod, String container) {
    return "log of %s %s".formatted(pod.name(), container);
  }

  /**
   * It runs, and is asked in vain. Large models are loaded for a long time; a response that the
   * server has no such path does not change.
   */
  private Optional<Finding> neverReady(KubeObject pod, Purpose purpose, List<Clue> events) {
    List<Clue> asked =
        events.stream()
            .filter(clue -> clue.text().startsWith("Unhealthy: Readiness probe failed"))
            .toList();
    int times = world.times("Pod", pod.name(), "Unhealthy");
    boolean runs =
        purpose.serving()
            && pod.text("status", "phase").equals("Running")
            && pod.condition("Ready").text("status").equals("False");
    boolean often = times >= REPEATED || (times == 0 && isUp(pod));
    if (!runs || asked.isEmpty() || !often) {
      return Optional.empty();
    }
    String what =
        times == 0
            ? "pod %s runs, and its readiness probe fails".formatted(pod.name())
            : "pod %s runs, and was asked %d times whether it is ready"
                .formatted(pod.name(), times);
    Place place = place(pod, purpose, "", what);
    // Before it has started, a server refuses connections at any port.
    Optional<Match> match =
        judge
            .ofCluster(asked, List.of(), true)
            .filter(found -> !found.rule().id().equals("serve-probe-port") || isUp(pod));
    return match.isEmpty() && times < ENDLESS
        ? Optional.empty()
        : Optional.of(
            match
                .map(found -> place.finding(Role.CAUSE, found))
                .orElseGet(() ->
                    place.unexplained(judge.rule("serve-never-ready"), asked, List.of(), "")));
  }

  /** Whether a server of the pod says that it has started, so that its responses are final. */
  private boolean isUp(KubeObject pod) {
    return statuses(pod).stream()
        .flatMap(status -> world.log(pod.name(), status.text("name")).stream())
        .anyMatch(line -> UP.matcher(line).find());
  }

  /** Warnings of a pod that has a node and images: only its volumes can hold it up. */
  static List<Clue> ofVolumes(List<Clue> events) {
    return events.stream()
        .filter(clue ->
            clue.text().startsWith("FailedMount")
                || clue.text().startsWith("FailedAttach")
                || clue.text().startsWith("FailedCreatePodSandBox"))
        .toList();
  }

  /** Before any container starts, only events tell what is wrong. */
  private Optional<Finding> ofVolumes(KubeObject pod, Purpose purpose, List<Clue> events) {
    boolean begun =
        statuses(pod).stream()
            .anyMatch(status ->
                !status.at("state", "running").isEmpty()
                    || !status.at("state", "terminated").isEmpty());
    boolean pending = pod.text("status", "phase").equals("Pending");
    List<Clue> clues =
        ofVolumes(events).stream().filter(clue -> !PASSING.matcher(clue.text()).find()).toList();
    return begun || !pending || clues.isEmpty()
        ? Optional.empty()
        : Optional.of(
            explained(
                pod,
                purpose,
                "",
                "pod %s does not start".formatted(pod.name()),
                clues,
                List.of(),
                "container-not-started"));
  }

  private Finding explained(
      KubeObject pod,
      Purpose purpose,
      String container,
      String what,
      List<Clue> clues,
      List<String> log,
      String otherwise) {
    Place place = place(pod, purpose, container, what);
    return judge
        .ofCluster(clues, log, purpose.serving())
        .map(match -> place.finding(Role.CAUSE, match))
        .orElseGet(
            () -> place.unexplained(judge.rule(otherwise), clues, log, source(pod, container)));
  }

  private static Place place(KubeObject pod, Purpose purpose, String container, String what) {
    String image =
        containers(pod)
            .filter(each -> each.text("name").equals(container))
            .map(each -> each.text("image"))
            .findFirst()
            .orElse("");
    return new Place(
        purpose.object().isEmpty() ? pod.reference() : purpose.object(),
        pod.namespace(),
        purpose.run(),
        purpose.task(),
        container.replaceFirst("^step-", ""),
        pod.name(),
        container,
        pod.text("spec", "serviceAccountName").isEmpty()
            ? "default"
            : pod.text("spec", "serviceAccountName"),
        image,
        status(pod, container).map(PodDiagnosis::endedAt).filter(time -> !time.equals(Instant.MAX)),
        what);
  }
}
