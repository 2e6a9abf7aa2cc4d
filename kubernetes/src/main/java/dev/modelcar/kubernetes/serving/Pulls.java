package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ByteSize;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far nodes are with pulling an image. A kubelet says when it begins and when it has ended, and
 * nothing in between: that is estimated from earlier pulls.
 */
final class Pulls {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern PULLED =
      Pattern.compile(
          "Successfully pulled image .* in ([\\w.µ]+) \\(.*Image size: (\\d{1,18}) bytes");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|us|µs|ns|m|s)");

  /** Of smaller images most of the time is no transfer. */
  private static final long TELLING = 64 << 20;

  private Pulls() {}

  /** For the line of whoever waits; nothing if no pull is known of. */
  static String describe(Cluster cluster, Look look, String digest, long bytes) {
    if (look.newPods().isEmpty() || look.newPods().stream().allMatch(Look::isReady)) {
      return "";
    }
    try {
      List<Event> events =
          cluster
              .client()
              .v1()
              .events()
              .inNamespace(cluster.namespace())
              .withField("type", "Normal")
              .list()
              .getItems();
      Set<String> pods =
          look.newPods().stream()
              .map(pod -> pod.getMetadata().getName())
              .collect(Collectors.toSet());
      return describe(events, pods, digest, bytes, Instant.now());
    } catch (KubernetesClientException e) {
      // Not everybody may see events.
      return "";
    }
  }

  static String describe(
      List<Event> events, Set<String> pods, String digest, long bytes, Instant now) {
    List<Event> ours =
        events.stream()
            .filter(event -> event.getInvolvedObject() != null)
            .filter(event -> pods.contains(event.getInvolvedObject().getName()))
            .filter(event -> String.valueOf(event.getMessage()).contains(digest))
            .toList();
    Optional<Matcher> pulled = ours.stream().flatMap(event -> pulled(event).stream()).findFirst();
    if (pulled.isPresent()) {
      return ", pulled %s in %s"
          .formatted(ByteSize.format(size(pulled.get())), words(seconds(pulled.get())));
    }
    Optional<Instant> start =
        ours.stream()
            .filter(event -> "Pulling".equals(event.getReason()))
            .flatMap(event -> time(event).stream())
            .findFirst();
    boolean present = ours.stream().anyMatch(event -> "Pulled".equals(event.getReason()));
    if (start.isEmpty() || present) {
      return "";
    }
    String what = bytes == 0 ? "the image" : ByteSize.format(bytes);
    String pulling = ", pulling %s since %s".formatted(what, TIME.format(start.get()));
    double rate =
        events.stream()
            .flatMap(event -> pulled(event).stream())
            .filter(one -> size(one) >= TELLING)
            .mapToDouble(one -> size(one) / Math.max(0.001, seconds(one)))
            .average()
            .orElse(0);
    if (bytes == 0 || rate == 0) {
      return pulling;
    }
    double all = bytes / rate;
    double passed = Duration.between(start.get(), now).toMillis() / 1000.0;
    // By quarters, for each is a line of a log.
    return passed > all
        ? pulling + ", longer than at the rate of earlier pulls"
        : "%s, about %d %% of %s at the rate of earlier pulls (%s/s)"
            .formatted(
                pulling, ((int) (passed / all * 4)) * 25, words(all), ByteSize.format((long) rate));
  }

  private static Optional<Matcher> pulled(Event event) {
    Matcher matcher = PULLED.matcher(String.valueOf(event.getMessage()));
    return matcher.find() ? Optional.of(matcher) : Optional.empty();
  }

  private static long size(Matcher pulled) {
    return Long.parseLong(pulled.group(2));
  }

  /** Of a duration as Go writes it. */
  private static double seconds(Matcher pulled) {
    return PART.matcher(pulled.group(1))
        .results()
        .mapToDouble(part -> Double.parseDouble(part.group(1)) * unit(part.group(2)))
        .sum();
  }

  private static double unit(String name) {
    return switch (name) {
      case "h" -> 3600;
      case "m" -> 60;
      case "s" -> 1;
      case "ms" -> 1e-3;
      case "ns" -> 1e-9;
      default -> 1e-6;
    };
  }

  private static String words(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : "%d min %d s".formatted(whole / 60, whole % 60);
  }

  private static Optional<Instant> time(Event event) {
    String text =
        event.getFirstTimestamp() == null && event.getEventTime() != null
            ? event.getEventTime().getTime()
            : event.getFirstTimestamp();
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
