package dev.modelcar.kubernetes.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the kubelet's events, as Kubernetes 1.36 words them, say of a pull. */
final class PullsTest {
  private static final String DIGEST = "sha256:" + "1".repeat(64);
  private static final Instant START = Instant.parse("2026-11-30T11:25:00Z");
  private static final long GIBIBYTE = 1L << 30;

  private static final Event PULLING = event("p", "Pulling", "Pulling image \"h/m@%s\"");
  private static final Event EARLIER =
      event(
          "q",
          "Pulled",
          "Successfully pulled image \"h/other:1\" in 1m4.5s (1m4.5s including waiting). Image size: 6764573491 bytes.");

  private static Event event(String pod, String reason, String message) {
    return new EventBuilder()
        .withNewInvolvedObject()
        .withName(pod)
        .endInvolvedObject()
        .withReason(reason)
        .withMessage(message.formatted(DIGEST))
        .withFirstTimestamp(START.toString())
        .build();
  }

  private static String at(int seconds, Event... events) {
    return Pulls.describe(
        List.of(events), Set.of("p"), DIGEST, 10 * GIBIBYTE, START.plusSeconds(seconds));
  }

  @Test
  void whatIsPulledIsSaidWithItsSizeAndStart() {
    assertThat(at(5, PULLING)).isEqualTo(", pulling 10.0 GiB since 11:25:00Z");
    assertThat(Pulls.describe(List.of(PULLING), Set.of("p"), DIGEST, 0, START))
        .isEqualTo(", pulling the image since 11:25:00Z");
  }

  @Test
  void earlierPullsTellHowLongItTakes() {
    assertThat(at(5, PULLING, EARLIER))
        .endsWith(", about 0 % of 1 min 42 s at the rate of earlier pulls (100.0 MiB/s)");
    assertThat(at(60, PULLING, EARLIER)).contains(", about 50 % of ");
    assertThat(at(200, PULLING, EARLIER)).contains("longer than");
  }

  @Test
  void whatEndedIsSaid() {
    Event pulled =
        event(
            "p",
            "Pulled",
            "Successfully pulled image \"h/m@%s\" in 43ms (43ms including waiting). Image size: 204121 bytes.");
    assertThat(at(5, PULLING, pulled)).isEqualTo(", pulled 199.3 KiB in 0 s");
    Event present = event("p", "Pulled", "Container image \"h/m@%s\" already present on machine");
    assertThat(at(5, present)).isEmpty();
    assertThat(at(5, PULLING, present)).isEmpty();
  }

  @Test
  void pullsOfOtherPodsAndImagesAreNone() {
    assertThat(at(5, event("q", "Pulling", "Pulling image \"h/m@%s\""))).isEmpty();
    assertThat(at(5, event("p", "Pulling", "Pulling image \"h/runtime:1\""))).isEmpty();
    assertThat(at(5)).isEmpty();
  }
}
