package dev.modelcar.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How much goes over one connection, after what went wrong before. */
final class ConnectionLimitTest {
  private static final long SHORTEST = 1 << 20;
  private static final long MIB = 1 << 20;

  private final ConnectionLimit limit = new ConnectionLimit(SHORTEST);

  private void arrive(long bytes) {
    for (long left = bytes; left > 0; left -= MIB) {
      limit.arrived(Math.min(left, MIB));
    }
  }

  @Test
  void oneSilenceIsNoPattern() {
    limit.fellSilent(8 * MIB);
    assertThat(limit.isSet()).isFalse();
    arrive(1024 * MIB);
    limit.fellSilent(8 * MIB);
    assertThat(limit.isSet()).isFalse();
  }

  @Test
  void theSecondSilenceShortensWhatIsAskedFor() {
    limit.fellSilent(8 * MIB);
    limit.fellSilent(6 * MIB);
    assertThat(limit.bytes()).isEqualTo(3 * MIB);
  }

  @Test
  void silenceBeforeTheFirstByteAndAfterVeryManySaysNothing() {
    for (int i = 0; i < 4; i++) {
      limit.fellSilent(0);
      limit.fellSilent(ConnectionLimit.FAR + 1);
    }
    assertThat(limit.isSet()).isFalse();
  }

  @Test
  void isNeverShorterThanTheShortest() {
    limit.shorten(1);
    assertThat(limit.bytes()).isEqualTo(SHORTEST);
  }

  @Test
  void growsAgainWhilePiecesArrive() {
    limit.shorten(2 * MIB);
    arrive(63 * MIB);
    assertThat(limit.bytes()).isEqualTo(2 * MIB);
    arrive(MIB);
    assertThat(limit.bytes()).isEqualTo(4 * MIB);
    arrive(8L << 30);
    assertThat(limit.isSet()).isFalse();
  }

  @Test
  void doesNotTryAgainWhatFailedAfterItGrew() {
    limit.shorten(2 * MIB);
    arrive(64 * MIB);
    limit.shorten(2 * MIB);
    arrive(8L << 30);
    assertThat(limit.bytes()).isEqualTo(2 * MIB);
  }

  @Test
  void staysLimitedOnAPathOnWhichItWasWrongToForgetTheLimit() {
    limit.shorten(2 * MIB);
    arrive(8L << 30);
    limit.shorten(2 * MIB);
    arrive(8L << 30);
    assertThat(limit.bytes()).isEqualTo(32 * MIB);
  }

  @Test
  void doesNotTryAgainWhatWasRefusedForItsLength() {
    limit.refused(10 * MIB);
    assertThat(limit.bytes()).isEqualTo(5 * MIB);
    arrive(8L << 30);
    assertThat(limit.bytes()).isEqualTo(5 * MIB);
  }
}
