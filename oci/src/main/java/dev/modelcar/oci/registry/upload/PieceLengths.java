package dev.modelcar.oci.registry.upload;

import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.TransportException.Kind;
import dev.modelcar.oci.registry.client.RegistryProfile;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Decides how many bytes the requests of one upload carry, and what a broken one says of the path:
 * where connections break again and again without any progress, requests become shorter, for all
 * blobs of the registry. For one thread.
 */
final class PieceLengths {
  /** Less than this, before a connection breaks, is no progress. */
  static final long NOTEWORTHY = 512 << 10;

  /** No kernel takes more of a connection whose peer reads nothing. */
  static final long KERNEL = 64 << 20;

  /** What a wait may cost, as a share of the time of a request. */
  private static final int WORTH = 20;

  /** Of a request, so much may still be on its way when the last byte was written. */
  private static final long ON_THE_WAY = 8 << 20;

  private final ConnectionLimit limit;
  private final Supplier<Duration> distance;
  private long paced;
  private int fruitless;
  private int silences;
  private long shortestBreak = Long.MAX_VALUE;

  /**
   * @param distance how long the registry takes for the least it was ever asked
   */
  PieceLengths(ConnectionLimit limit, Supplier<Duration> distance) {
    this.limit = limit;
    this.distance = distance;
  }

  /** Where a request ends that begins at an offset of a blob. */
  long end(long from, long size, RegistryProfile.Upload upload) {
    long most = limit.bytes();
    long length =
        switch (upload) {
          case RegistryProfile.Upload.OneStream _ -> Long.MAX_VALUE;
          case RegistryProfile.Upload.StreamThenChunks s ->
              most == ConnectionLimit.NONE ? most : Math.min(s.chunk(), most);
          case RegistryProfile.Upload.Chunks c -> Math.min(c.chunk(), most);
          case RegistryProfile.Upload.GrowingChunks g ->
              Math.min(Math.clamp(paced, g.least(), g.most()), most);
        };
    return length >= size - from ? size : from + length;
  }

  /**
   * A request got through.
   *
   * @param bytes that it carried
   * @param sending how long they were written
   * @param waiting how long the response took after that
   */
  void arrived(long bytes, Duration sending, Duration waiting) {
    limit.arrived(bytes);
    pace(bytes, sending, waiting);
    fruitless = 0;
    silences = 0;
    shortestBreak = Long.MAX_VALUE;
  }

  /** Between two requests nothing moves: the longer that takes, the longer each should be. */
  private void pace(long bytes, Duration sending, Duration waiting) {
    double seconds = (sending.toNanos() + waiting.toNanos()) / 1e9;
    if (bytes <= 0 || seconds <= 0) {
      return;
    }
    double rate = bytes / seconds;
    double idle =
        Math.max(
            distance.get().toNanos() / 1e9,
            waiting.toNanos() / 1e9 - Math.min(bytes, ON_THE_WAY) / rate);
    paced = (long) Math.min(WORTH * rate * idle, Long.MAX_VALUE / 2.0);
  }

  /** The registry has more than before, whatever became of the request. */
  void progressed() {
    fruitless = 0;
  }

  /**
   * A request broke.
   *
   * @param written how much of it was written
   * @param arrived how much of that the registry says it has; 0 where it does not say
   */
  void broke(Kind how, long written, long arrived) {
    if (how == Kind.STALLED) {
      fellSilent(written, arrived);
    } else if (how == Kind.BROKEN && arrived == 0) {
      // Twice without progress: shorter requests may get through where longer ones do not.
      shortestBreak = Math.min(shortestBreak, written);
      if (++fruitless >= 2) {
        limit.shorten(shortestBreak / 2);
      }
    }
  }

  /**
   * A path that forgets connections after some bytes is silent from then on. Each such silence
   * costs more than many short requests do, so that two are enough, progress or not. Of what was
   * written, the kernel may hold a good part.
   */
  private void fellSilent(long written, long arrived) {
    if (Math.max(written - KERNEL, arrived) > KERNEL) {
      silences = 0;
      return;
    }
    shortestBreak = Math.min(shortestBreak, arrived > 0 ? arrived : written / 2);
    if (++silences >= 2) {
      limit.shorten(shortestBreak / 2);
    }
  }
}
