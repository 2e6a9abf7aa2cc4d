package dev.modelcar.http;

/**
 * How many bytes are worth sending over one connection of a path, learned from what became of those
 * before. Some paths cut or forget connections after some megabytes, some servers refuse long
 * bodies; shorter pieces, each over a connection of its own, get through.
 *
 * <p>A temporary problem must not slow a transfer down for good: while pieces arrive, the limit
 * grows again, up to a length that failed before. Thread-safe; shared by all that use the path.
 */
public final class ConnectionLimit {
  /** The value of {@link #bytes} while long transfers work. */
  public static final long NONE = Long.MAX_VALUE;

  /** Who gets so far over one connection is on no path of this kind. */
  static final long FAR = 64L << 20;

  /** Silences that are further apart than this have no pattern. */
  private static final long APART = 8 * FAR;

  /** So many pieces of the present length have to arrive before longer ones are tried. */
  private static final int PROOF = 32;

  private final long shortest;
  private long limit = NONE;
  private long ceiling = NONE;
  private long arrived;
  private int silences;
  private long sinceSilence;
  private long shortestSilence = NONE;

  /**
   * @param shortest the limit never becomes less than this
   */
  public ConnectionLimit(long shortest) {
    this.shortest = shortest;
  }

  /** The most that should be asked for or sent at once; {@link #NONE} at first. */
  public synchronized long bytes() {
    return limit;
  }

  /** Whether each piece needs a connection of its own, because their bytes are counted. */
  public boolean isSet() {
    return bytes() != NONE;
  }

  /** Some more bytes have got through. */
  public synchronized void arrived(long bytes) {
    sinceSilence += bytes;
    if (limit == NONE) {
      return;
    }
    arrived += bytes;
    if (arrived >= PROOF * limit) {
      arrived = 0;
      grow();
    }
  }

  private void grow() {
    long longer = 2 * limit;
    if (longer >= ceiling) {
      return;
    }
    if (longer > FAR) {
      limit = NONE;
      // Whoever falls back from there was not right to go so far.
      ceiling = FAR;
    } else {
      limit = longer;
    }
  }

  /**
   * A connection stayed open, and nothing came any more. Each such silence costs more than many
   * short pieces do, so that the second one of a path is enough.
   *
   * @param received what had come over it; nothing says nothing of the path
   */
  public synchronized void fellSilent(long received) {
    if (received <= 0 || received > FAR) {
      return;
    }
    if (sinceSilence > APART) {
      silences = 0;
      shortestSilence = NONE;
    }
    sinceSilence = 0;
    shortestSilence = Math.min(shortestSilence, received);
    if (++silences >= 2) {
      shorten(shortestSilence / 2);
    }
  }

  /** Pieces longer than this do not get through, as far as is known. */
  public synchronized void shorten(long bytes) {
    long next = Math.max(shortest, bytes);
    if (next >= limit) {
      return;
    }
    if (limit != NONE) {
      ceiling = Math.min(ceiling, limit);
    }
    limit = next;
    arrived = 0;
  }

  /** A piece of this length was refused for its length, which it always will be. */
  public synchronized void refused(long length) {
    ceiling = Math.min(ceiling, length);
    shorten(length / 2);
  }
}
