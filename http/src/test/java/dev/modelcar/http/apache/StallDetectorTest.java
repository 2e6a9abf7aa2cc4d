package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When an exchange counts as stalled, on a clock and with a kernel of the test's own. */
final class StallDetectorTest {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final AtomicLong clock = new AtomicLong(7);
  private final AtomicLong queue = new AtomicLong(-1);
  private final Exchange exchange =
      new Exchange(
          "registry.example",
          Optional.empty(),
          new Timeouts(Duration.ofSeconds(60), Duration.ofSeconds(20)),
          Duration.ofSeconds(10),
          clock::get,
          () -> {});
  private final StallDetector detector = new StallDetector(exchange, queue::get);

  /** Looks once a second until the exchange has stalled; after how many seconds, and how. */
  private String stalls(int most, Runnable each) {
    for (int second = 1; second <= most; second++) {
      clock.addAndGet(LOOK.toNanos());
      each.run();
      Optional<String> how = detector.look(LOOK);
      if (how.isPresent()) {
        return second + ": " + how.get();
      }
    }
    return "never";
  }

  @Test
  void aSilentPeerIsEndedAfterTheStallTimeout() {
    exchange.enter(Exchange.Phase.SENDING);
    exchange.moved(3 << 20);
    assertThat(stalls(100, () -> {})).isEqualTo("21: accepted no data for 21 s after 3.0 MiB");
  }

  @Test
  void aHandshakeHasADeadlineHoweverMuchOfItComes() {
    exchange.enter(Exchange.Phase.SHAKING_HANDS);
    queue.set(1000);
    assertThat(stalls(100, queue::decrementAndGet))
        .isEqualTo("11: the TLS handshake did not end within 11 s");
  }

  @Test
  void aResponseHasATimeoutOfItsOwn() {
    exchange.enter(Exchange.Phase.AWAITING_RESPONSE);
    assertThat(stalls(100, () -> {})).isEqualTo("61: no response for 61 s");
  }

  @Test
  void aQueueThatShrinksIsProgress() {
    queue.set(1000);
    exchange.enter(Exchange.Phase.SENDING);
    assertThat(stalls(200, queue::decrementAndGet)).isEqualTo("never");
    assertThat(stalls(200, () -> {})).endsWith("accepted no data for 21 s after 0 B");
  }

  @Test
  void aQueueThatGrowsIsNot() {
    queue.set(1000);
    exchange.enter(Exchange.Phase.SENDING);
    assertThat(stalls(200, queue::incrementAndGet)).startsWith("21: accepted no data");
  }

  @Test
  void whatThisProgramDoesItselfIsNotWatched() {
    exchange.enter(Exchange.Phase.LOCAL);
    assertThat(stalls(500, () -> {})).isEqualTo("never");
  }

  @Test
  void aTrickleIsTakenForSilence() {
    exchange.enter(Exchange.Phase.RECEIVING);
    assertThat(stalls(100, () -> exchange.moved(255)))
        .isEqualTo("45: received fewer than 256 bytes per second for 45 s");
  }

  @Test
  void aSlowBodyIsNot() {
    exchange.enter(Exchange.Phase.RECEIVING);
    assertThat(stalls(500, () -> exchange.moved(256))).isEqualTo("never");
    assertThat(stalls(500, () -> {})).startsWith("21: sent no data for 21 s");
  }
}
