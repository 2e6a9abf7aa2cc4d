package dev.modelcar.oci.registry.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.TransportException.Kind;
import dev.modelcar.oci.registry.client.RegistryProfile;
import org.junit.jupiter.api.Test;

/** How long the requests of an upload are, after what became of those before. */
final class PieceLengthsTest {
  private static final long MIB = 1 << 20;
  private static final RegistryProfile.Upload ONE = new RegistryProfile.Upload.OneStream();
  private static final RegistryProfile.Upload STREAM =
      new RegistryProfile.Upload.StreamThenChunks(10 * MIB);
  private static final RegistryProfile.Upload CHUNKS = new RegistryProfile.Upload.Chunks(10 * MIB);

  private final ConnectionLimit limit = new ConnectionLimit(MIB);
  private final PieceLengths lengths = new PieceLengths(limit);

  @Test
  void aRegistryIsSentWhatItTakes() {
    assertThat(lengths.end(0, 100 * MIB, ONE)).isEqualTo(100 * MIB);
    assertThat(lengths.end(0, 100 * MIB, STREAM)).isEqualTo(100 * MIB);
    assertThat(lengths.end(0, 100 * MIB, CHUNKS)).isEqualTo(10 * MIB);
    assertThat(lengths.end(95 * MIB, 100 * MIB, CHUNKS)).isEqualTo(100 * MIB);
    limit.shorten(20 * MIB);
    assertThat(lengths.end(0, 100 * MIB, ONE)).isEqualTo(100 * MIB);
    assertThat(lengths.end(0, 100 * MIB, STREAM)).isEqualTo(10 * MIB);
    limit.shorten(4 * MIB);
    assertThat(lengths.end(10 * MIB, 100 * MIB, STREAM)).isEqualTo(14 * MIB);
    assertThat(lengths.end(10 * MIB, 100 * MIB, CHUNKS)).isEqualTo(14 * MIB);
  }

  @Test
  void theSecondBreakWithoutProgressShortensRequests() {
    lengths.broke(Kind.BROKEN, 30 * MIB, 0);
    assertThat(limit.isSet()).isFalse();
    lengths.broke(Kind.BROKEN, 20 * MIB, 0);
    assertThat(limit.bytes()).isEqualTo(10 * MIB);
  }

  @Test
  void progressInBetweenIsNoPattern() {
    lengths.broke(Kind.BROKEN, 30 * MIB, 0);
    lengths.broke(Kind.BROKEN, 30 * MIB, 5 * MIB);
    lengths.progressed();
    lengths.broke(Kind.BROKEN, 20 * MIB, 0);
    lengths.arrived(20 * MIB);
    lengths.broke(Kind.BROKEN, 20 * MIB, 0);
    assertThat(limit.isSet()).isFalse();
  }

  @Test
  void twoSilencesAreEnoughProgressOrNot() {
    lengths.broke(Kind.STALLED, 40 * MIB, 8 * MIB);
    assertThat(limit.isSet()).isFalse();
    lengths.broke(Kind.STALLED, 40 * MIB, 0);
    assertThat(limit.bytes()).isEqualTo(4 * MIB);
  }

  @Test
  void whoGetsFarIsOnNoPathOfThatKind() {
    for (int i = 0; i < 4; i++) {
      lengths.broke(Kind.STALLED, 3 * PieceLengths.KERNEL, 0);
      lengths.broke(Kind.UNREACHABLE, 0, 0);
    }
    assertThat(limit.isSet()).isFalse();
  }
}
