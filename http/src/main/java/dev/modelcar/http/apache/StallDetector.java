package dev.modelcar.http.apache;

import dev.modelcar.core.ByteSize;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides when one exchange has stalled. It looks at the progress of bytes, not at calls: a write
 * may block for minutes while a slow link drains what the kernel took long ago, so before it blames
 * a silent peer it asks whether the kernel's queue shrinks. For one thread.
 */
final class StallDetector {
  /** A body that trickles slower than this is taken for silent and fetched again. */
  private static final long TRICKLE_BYTES_PER_SECOND = 256;

  private static final Duration TRICKLE_WINDOW = Duration.ofSeconds(45);

  private final Exchange exchange;
  private final LongSupplier unsent;
  private long queued = -1;
  private long windowBytes;
  private Duration receiving = Duration.ZERO;

  /**
   * @param unsent how many bytes the kernel holds that the peer has not acknowledged; -1 if unknown
   */
  StallDetector(Exchange exchange, LongSupplier unsent) {
    this.exchange = exchange;
    this.unsent = unsent;
  }

  /**
   * Looks at the exchange, which is done again and again.
   *
   * @param sinceLast how long ago that was done before
   * @return how the exchange stalled, if it did
   */
  Optional<String> look(Duration sinceLast) {
    Exchange.Phase phase = exchange.phase();
    if (phase == Exchange.Phase.LOCAL) {
      queued = -1;
      return Optional.empty();
    }
    if (phase == Exchange.Phase.RECEIVING && trickles(sinceLast)) {
      return Optional.of(
          "received fewer than %d bytes per second for %d s"
              .formatted(TRICKLE_BYTES_PER_SECOND, TRICKLE_WINDOW.toSeconds()));
    }
    Duration limit =
        switch (phase) {
          case SHAKING_HANDS -> exchange.handshakeTimeout();
          case AWAITING_RESPONSE -> exchange.timeouts().response();
          default -> exchange.timeouts().stall();
        };
    long silent = exchange.silentNanos();
    if (silent < limit.toNanos() / 4) {
      queued = -1;
      return Optional.empty();
    }
    boolean sends = phase == Exchange.Phase.SENDING || phase == Exchange.Phase.AWAITING_RESPONSE;
    if (sends && drains()) {
      exchange.moved(0);
      return Optional.empty();
    }
    return silent > limit.toNanos() ? Optional.of(describe(phase, silent)) : Optional.empty();
  }

  /** Whether the kernel's send queue holds less than when it was last asked. */
  private boolean drains() {
    long now = unsent.getAsLong();
    boolean drains = now >= 0 && queued >= 0 && now < queued;
    queued = now;
    return drains;
  }

  private boolean trickles(Duration sinceLast) {
    receiving = receiving.plus(sinceLast);
    if (receiving.compareTo(TRICKLE_WINDOW) < 0) {
      return false;
    }
    long came = exchange.bytes() - windowBytes;
    receiving = Duration.ZERO;
    windowBytes = exchange.bytes();
    return came < TRICKLE_BYTES_PER_SECOND * TRICKLE_WINDOW.toSeconds();
  }

  private String describe(Exchange.Phase phase, long silentNanos) {
    long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(silentNanos));
    return switch (phase) {
      case SENDING ->
          "accepted no data for %d s after %s"
              .formatted(seconds, ByteSize.format(exchange.bytes()));
      case SHAKING_HANDS -> "the TLS handshake did not end within %d s".formatted(seconds);
      case AWAITING_RESPONSE -> "no response for %d s".formatted(seconds);
      case RECEIVING ->
          "sent no data for %d s after %s".formatted(seconds, ByteSize.format(exchange.bytes()));
      case LOCAL -> "silent for %d s".formatted(seconds);
    };
  }
}
