package dev.modelcar.oci.registry.upload;

import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.TransportException.Kind;
import dev.modelcar.oci.registry.client.RegistryProfile;

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

  private final ConnectionLimit limit;
  private int fruitless;
  private int silences;
  private long shortestBreak = Long.MAX_VALUE;

  PieceLengths(ConnectionLimit limit) {
    this.limit = limit;
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
        };
    return length >= size - from ? size : from + length;
  }

  /** A request got through that carried so many bytes. */
  void arrived(long bytes) {
    limit.arrived(bytes);
    fruitless = 0;
    silences = 0;
    shortestBreak = Long.MAX_VALUE;
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
