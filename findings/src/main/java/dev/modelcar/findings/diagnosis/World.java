package dev.modelcar.findings.diagnosis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The objects of a case by kind, with what belongs to them. */
final class World {
  /** Reasons of events that are no warnings, and yet end a pod. */
  private static final Set<String> TAKEN_AWAY = Set.of("TaintManagerEviction", "Preempted");

  /** Clocks of nodes differ, and the kubelet reports late. */
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  private static final Set<String> WENT_ON =
      Set.of(
          "Started",
          "Pulled",
          "Created",
          "Scheduled",
          "SuccessfulCreate",
          "Completed",
          "Succeeded",
          "SuccessfulAttachVolume",
          "ProvisioningSucceeded",
          "ScalingReplicaSet",
          "InferenceServiceReady");

  private final Map<String, KubeObject> objects = new LinkedHashMap<>();
  private final Map<String, List<KubeObject>> byKind = new HashMap<>();
  private final Map<String, KubeObject> byName = new HashMap<>();
  private final List<KubeObject> events = new ArrayList<>();
  private final Map<String, List<KubeObject>> eventsOf = new HashMap<>();
  private final Case known;
  private final List<ContainerLog> logs;

  World(Case known) {
    this.known = known;
    this.logs = LogOwners.assign(known);
    for (KubeObject object : known.objects()) {
      if (object.kind().equals("Event")) {
        events.add(object);
      } else {
        // Of several states of one object, the last one counts.
        objects.merge(key(object), object, World::newer);
      }
    }
    for (KubeObject run : all()) {
      if (run.kind().equals("PipelineRun")) {
        addEmbedded(run);
      }
    }
    for (KubeObject object : objects.values()) {
      byKind.computeIfAbsent(object.kind(), kind -> new ArrayList<>()).add(object);
      byName.putIfAbsent(object.kind() + "/" + object.name(), object);
    }
    events.sort(Comparator.comparing(event -> time(event).orElse(Instant.MAX)));
    for (KubeObject event : events.reversed()) {
      KubeObject about = about(event);
      eventsOf
          .computeIfAbsent(about.text("kind") + "/" + about.text("name"), key -> new ArrayList<>())
          .add(event);
    }
  }

  private static KubeObject about(KubeObject event) {
    KubeObject involved = event.at("involvedObject");
    return involved.isEmpty() ? event.at("regarding") : involved;
  }

  private static String key(KubeObject object) {
    return String.join("/", object.kind(), object.namespace(), object.name());
  }

  private static KubeObject newer(KubeObject one, KubeObject other) {
    boolean later =
        version(other) != version(one)
            ? version(other) > version(one)
            : !other.at("status").isEmpty() || one.at("status").isEmpty();
    return later ? other : one;
  }

  private static long version(KubeObject object) {
    return object.at("metadata", "resourceVersion").node().asLong(0);
  }

  /** Old runs have the status of their tasks inside. */
  private void addEmbedded(KubeObject run) {
    run.at("status", "taskRuns")
        .node()
        .properties()
        .forEach(entry -> {
          ObjectNode task = Json.object().put("kind", "TaskRun");
          ObjectNode metadata = task.putObject("metadata");
          metadata.put("name", entry.getKey()).put("namespace", run.namespace());
          metadata
              .putObject("labels")
              .put("tekton.dev/pipelineRun", run.name())
              .put("tekton.dev/pipelineTask", entry.getValue().path("pipelineTaskName").asText(""));
          task.set("status", entry.getValue().path("status"));
          KubeObject object = new KubeObject(task);
          objects.putIfAbsent(key(object), object);
        });
  }

  /** What programs printed that ran in no pod of the case. */
  List<String> outputs() {
    return Stream.concat(
            known.texts().stream(), logsAlone().stream().flatMap(log -> log.lines().stream()))
        .toList();
  }

  /** All objects as they were given, also several of one name. */
  List<KubeObject> given() {
    return known.objects();
  }

  List<KubeObject> all() {
    return List.copyOf(objects.values());
  }

  List<KubeObject> of(String kind) {
    return List.copyOf(byKind.getOrDefault(kind, List.of()));
  }

  Optional<KubeObject> find(String kind, String name) {
    return Optional.ofNullable(byName.get(kind + "/" + name));
  }

  /** The lines of a container; of those before a restart if there are such. */
  List<String> log(String pod, String container) {
    Optional<ContainerLog> found =
        logs(pod, container)
            .filter(log -> !log.lines().isEmpty())
            .max(Comparator.comparing(ContainerLog::previous));
    return found.map(ContainerLog::lines).orElse(List.of());
  }

  /** What a container printed before it ended, which may not be what it printed last. */
  List<String> log(String pod, String container, boolean previous) {
    return logs(pod, container)
        .filter(log -> log.previous() == previous && !log.lines().isEmpty())
        .findFirst()
        .map(ContainerLog::lines)
        .orElseGet(() -> log(pod, container));
  }

  /** Whether its log is known, even if it printed nothing. */
  boolean hasLog(String pod, String container) {
    return logs(pod, container).findAny().isPresent();
  }

  private Stream<ContainerLog> logs(String pod, String container) {
    return logs.stream()
        .filter(log -> log.pod().equals(pod))
        .filter(log ->
            log.container().equals(container)
                || log.container().isEmpty()
                || ("step-" + log.container()).equals(container));
  }

  /**
   * Warnings about an object, the latest first. Those of an earlier object of the same name, and
   * those from before, do not count.
   */
  List<Clue> warnings(String kind, String name, String uid, Optional<Instant> since) {
    List<Clue> clues = new ArrayList<>();
    for (KubeObject event : eventsOf.getOrDefault(kind + "/" + name, List.of())) {
      String other = about(event).text("uid");
      boolean old =
          since
              .flatMap(start -> time(event).map(at -> at.isBefore(start.minus(TOLERANCE))))
              .orElse(false);
      if ((event.text("type").equals("Warning") || TAKEN_AWAY.contains(event.text("reason")))
          && (uid.isEmpty() || other.isEmpty() || other.equals(uid))
          && !old) {
        String message =
            event.text("message").isEmpty() ? event.text("note") : event.text("message");
        clues.add(
            new Clue(
                "event of %s/%s".formatted(kind.toLowerCase(java.util.Locale.ROOT), name),
                event.text("reason") + ": " + message));
      }
    }
    return clues.stream().distinct().toList();
  }

  /** Warnings about the claims of a pod: why there is no volume for it. */
  List<Clue> warningsOfClaims(KubeObject pod) {
    return pod.list("spec", "volumes").stream()
        .map(volume -> volume.text("persistentVolumeClaim", "claimName"))
        .filter(name -> !name.isEmpty())
        .flatMap(name -> warnings("PersistentVolumeClaim", name, "", Optional.empty()).stream())
        .toList();
  }

  /** Whether an event says that a pod was taken from its node. */
  static boolean isTakenAway(Clue event) {
    return TAKEN_AWAY.stream().anyMatch(reason -> event.text().startsWith(reason + ": "));
  }

  /** How often the cluster said something of an object, as the most repeated event of it counts. */
  int times(String kind, String name, String reason) {
    return eventsOf.getOrDefault(kind + "/" + name, List.of()).stream()
        .filter(event -> event.text("reason").equals(reason))
        .mapToInt(event -> Math.max(event.number("count"), event.number("series", "count")))
        .max()
        .orElse(0);
  }

  /** Objects of which only events are known, each as {@code kind/name}, with their warnings. */
  Map<KubeObject, List<Clue>> onlyInEvents() {
    Map<KubeObject, List<Clue>> warnings = new LinkedHashMap<>();
    for (KubeObject event : events.reversed()) {
      KubeObject about = about(event);
      String kind = about.text("kind");
      String name = about.text("name");
      boolean first =
          warnings.keySet().stream()
              .noneMatch(o -> o.text("kind").equals(kind) && o.text("name").equals(name));
      if (first && !name.isEmpty() && find(kind, name).isEmpty()) {
        // Where the last word is that it went on, what was before is over.
        boolean over = WENT_ON.contains(event.text("reason"));
        warnings.put(about, over ? List.of() : warnings(kind, name, "", Optional.empty()));
      }
    }
    return warnings;
  }

  /** Containers of which there are logs, but no pod. */
  List<ContainerLog> logsAlone() {
    return logs.stream()
        .filter(log -> find("Pod", log.pod()).isEmpty())
        .filter(log -> !log.previous() || logs(log.pod(), log.container()).count() == 1)
        .toList();
  }

  /** Whether an event says that a step of a pod was started. */
  boolean hasStartedSteps(String pod) {
    return events.stream()
        .filter(event -> event.text("reason").equals("Started"))
        .map(event -> event.at("involvedObject"))
        .anyMatch(
            about -> about.text("name").equals(pod) && about.text("fieldPath").contains("{step-"));
  }

  /** When something happened last, as its event says. */
  static Optional<Instant> time(KubeObject event) {
    return Stream.of(
            event.time("lastTimestamp"),
            event.time("series", "lastObservedTime"),
            event.time("deprecatedLastTimestamp"),
            event.time("eventTime"),
            event.time("firstTimestamp"),
            event.time("metadata", "creationTimestamp"))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Names of objects for which there are events of this prefix. */
  List<Clue> warningsOfPrefix(String prefix, Optional<Instant> since) {
    return events.stream()
        .map(event -> event.at("involvedObject"))
        .filter(about -> about.text("name").startsWith(prefix))
        .distinct()
        .flatMap(about -> warnings(about.text("kind"), about.text("name"), "", since).stream())
        .toList();
  }
}
