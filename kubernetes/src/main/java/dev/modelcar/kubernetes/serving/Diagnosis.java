package dev.modelcar.kubernetes.serving;

import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds out why an image is not served: what pods, their events and logs say, what the Deployment
 * and the InferenceService do. What is said of other pods, or was said before, is not considered.
 */
final class Diagnosis {
  private static final String CRASHED = "serve-container-crashed";
  private static final int MANY_RESTARTS = 3;
  private static final int LOG_LINES = 60;
  private static final int MOST_SAID = 16 << 10;

  private final Cluster cluster;
  private final Instant since;

  /**
   * @param since events of the InferenceService before this are old
   */
  Diagnosis(Cluster cluster, Instant since) {
    this.cluster = cluster;
    this.since = since;
  }

  /** The most telling cause there is at this moment. It may yet pass by itself. */
  Optional<Cause> of(Look look) {
    List<Event> events = events();
    return look.newPods().stream()
        .flatMap(pod -> ofPod(pod, events).stream())
        .findFirst()
        .or(() -> ofDeployment(look))
        .or(() -> ofService(look, events));
  }

  // ---- pods ----

  private Optional<Cause> ofPod(Pod pod, List<Event> events) {
    String object = "pod/" + pod.getMetadata().getName();
    for (ContainerStatus status : Look.statuses(pod).toList()) {
      Optional<Cause> cause = ofContainer(pod, status, events);
      if (cause.isPresent()) {
        return cause;
      }
    }
    Optional<Cause> unscheduled =
        pod.getStatus() == null
            ? Optional.empty()
            : pod.getStatus().getConditions().stream()
                .filter(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()))
                .map(PodCondition::getMessage)
                .filter(Objects::nonNull)
                .flatMap(message -> ServingRules.ofState(object, message).stream())
                .findFirst();
    return unscheduled.or(() -> ServingRules.ofState(object, said(events, "Pod", pod)));
  }

  private Optional<Cause> ofContainer(Pod pod, ContainerStatus status, List<Event> events) {
    String object = "pod/%s container %s".formatted(pod.getMetadata().getName(), status.getName());
    ContainerState state = status.getState();
    ContainerStateWaiting waiting = state == null ? null : state.getWaiting();
    ContainerStateTerminated ended = ended(status);
    boolean completed = ended != null && number(ended.getExitCode()) == 0 && waiting == null;
    boolean well = Boolean.TRUE.equals(status.getReady()) && number(status.getRestartCount()) == 0;
    if (well || completed) {
      return Optional.empty();
    }
    if (waiting == null && ended == null) {
      // It runs and is not ready: only what it prints can tell, and it may just take its time.
      return ServingRules.ofLog(object, log(pod, status.getName(), false));
    }
    if (waiting != null && ended == null) {
      String what = waiting.getReason() + ": " + waiting.getMessage();
      return "ContainerCreating".equals(waiting.getReason())
              || "PodInitializing".equals(waiting.getReason())
          ? Optional.empty()
          : ServingRules.ofState(object, what + "\n" + said(events, "Pod", pod))
              .or(() ->
                  Optional.of(
                      new Cause(
                          "serve-container-waiting",
                          "a container of the server does not start",
                          object,
                          List.of(what),
                          "`kubectl describe pod %s` has the events."
                              .formatted(pod.getMetadata().getName()))));
    }
    boolean runs = status.getState() != null && status.getState().getRunning() != null;
    int restarts = number(status.getRestartCount());
    if (runs && restarts < MANY_RESTARTS) {
      // It may have waited for something, and be about to serve.
      return ServingRules.ofLog(object, log(pod, status.getName(), false));
    }
    Cause cause = crashed(pod, status, Objects.requireNonNull(ended), object);
    return cause.rule().equals(CRASHED) && restarts < 2 && waiting != null
        ? Optional.empty()
        : Optional.of(cause);
  }

  /** How it ended, now or the last time. */
  private static @org.jspecify.annotations.Nullable ContainerStateTerminated ended(
      ContainerStatus status) {
    if (status.getState() != null && status.getState().getTerminated() != null) {
      return status.getState().getTerminated();
    }
    return status.getLastState() == null ? null : status.getLastState().getTerminated();
  }

  private Cause crashed(
      Pod pod, ContainerStatus status, ContainerStateTerminated ended, String object) {
    String what =
        "%s, exit code %d%s"
            .formatted(
                ended.getReason(),
                number(ended.getExitCode()),
                ended.getMessage() == null ? "" : ": " + ended.getMessage());
    boolean restarted = status.getState() == null || status.getState().getTerminated() == null;
    String lines = log(pod, status.getName(), restarted);
    return ServingRules.ofState(object, what)
        .or(() -> ServingRules.ofLog(object, what + "\n" + lines))
        .orElseGet(() -> {
          List<String> evidence = new ArrayList<>(List.of(what.strip()));
          List<String> tail = lines.lines().filter(line -> !line.isBlank()).toList();
          evidence.addAll(tail.subList(Math.max(0, tail.size() - 3), tail.size()));
          return new Cause(
              CRASHED,
              "a container of the server ended",
              object,
              evidence,
              "Its log says more: `kubectl logs %s -c %s --previous`."
                  .formatted(pod.getMetadata().getName(), status.getName()));
        });
  }

  private static int number(@org.jspecify.annotations.Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private String log(Pod pod, String container, boolean previous) {
    try {
      var in =
          cluster
              .client()
              .pods()
              .inNamespace(cluster.namespace())
              .withName(pod.getMetadata().getName())
              .inContainer(container);
      String text =
          previous
              ? in.terminated().tailingLines(LOG_LINES).getLog()
              : in.tailingLines(LOG_LINES).getLog();
      return text.substring(Math.max(0, text.length() - MOST_SAID));
    } catch (KubernetesClientException e) {
      // Not everybody may read logs, and a container that never ran has none.
      return "";
    }
  }

  // ---- what stands above pods ----

  private static Optional<Cause> ofDeployment(Look look) {
    return look.deployment()
        .filter(deployment -> deployment.getStatus() != null)
        .flatMap(deployment ->
            deployment.getStatus().getConditions().stream()
                .filter(c -> "ReplicaFailure".equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst()
                .map(condition -> {
                  String object = "deployment/" + deployment.getMetadata().getName();
                  String said = condition.getReason() + ": " + condition.getMessage();
                  return ServingRules.ofState(object, said)
                      .orElseGet(() ->
                          new Cause(
                              "serve-pod-refused",
                              "the cluster refuses the server's pods",
                              object,
                              List.of(said),
                              "The API server's words say what it demands."));
                }));
  }

  private Optional<Cause> ofService(Look look, List<Event> events) {
    String name = look.service().getMetadata().getName();
    String object = look.object();
    Fields status = Fields.of(look.service()).at("status");
    Fields failure = status.at("modelStatus", "lastFailureInfo");
    String conditions =
        status.list("conditions").stream()
            .filter(c -> c.text("status").filter("False"::equals).isPresent())
            .map(c -> c.text("reason").orElse("") + ": " + c.text("message").orElse(""))
            .collect(Collectors.joining("\n"));
    String said =
        "%s: %s\n%s\n%s"
            .formatted(
                failure.text("reason").orElse(""),
                failure.text("message").orElse(""),
                conditions,
                said(events, look.kind().word(), name));
    Optional<Cause> known = ServingRules.ofState(object, said);
    if (known.isPresent()) {
      return known;
    }
    boolean invalid =
        status.at("modelStatus").text("transitionStatus").filter("InvalidSpec"::equals).isPresent();
    boolean reconciled = !said.contains("ReconcileFailed") && !said.contains("InternalError");
    return !invalid && reconciled
        ? Optional.empty()
        : Optional.of(
            new Cause(
                "serve-refused-by-kserve",
                "KServe cannot deploy the " + look.kind().word(),
                object,
                said.lines().filter(line -> line.length() > 4).limit(3).toList(),
                "KServe's words say what it demands."));
  }

  // ---- events ----

  private List<Event> events() {
    try {
      return cluster
          .client()
          .v1()
          .events()
          .inNamespace(cluster.namespace())
          .withField("type", "Warning")
          .list()
          .getItems();
    } catch (KubernetesClientException e) {
      // Not everybody may see events.
      return List.of();
    }
  }

  private String said(List<Event> events, String kind, Pod pod) {
    return said(events, kind, pod.getMetadata().getName());
  }

  private String said(List<Event> events, String kind, String name) {
    return events.stream()
        .filter(event -> event.getInvolvedObject() != null)
        .filter(event -> kind.equals(event.getInvolvedObject().getKind()))
        .filter(event -> name.equals(event.getInvolvedObject().getName()))
        .filter(this::isNew)
        .map(event -> event.getReason() + ": " + event.getMessage())
        .collect(Collectors.joining("\n"));
  }

  private boolean isNew(Event event) {
    String time = event.getLastTimestamp();
    try {
      return time == null || !Instant.parse(time).isBefore(since);
    } catch (DateTimeParseException e) {
      return true;
    }
  }
}
