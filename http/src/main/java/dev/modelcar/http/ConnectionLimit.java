package dev.modelcar.http;

import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes are worth sending over one connection of a path, learned from what became of those
 * before. Some paths cut or forget connections after some megabytes, some servers refuse long
 * bodies; shorter pieces, each over a connection of its own, get through.
 *
 * <p>What was a passing trouble must not make a transfer slow for good: while pieces arrive, the
 * limit grows again, until it meets a length that has failed before. Thread-safe; shared by all
 * that use the path.
 */
public final class ConnectionLimit {
  /** What {@link #bytes} says where nothing is known against long transfers. */
  public static final long NONE = Long.MAX_VALUE;

  /** Who gets so far over one connection is on no path of this kind. */
  static final long FAR = 64L << 20;

  /** Silences that are further apart than this have no pattern. */
  private static final long APART = 8 * FAR;

  /** So many pieces of the present length have to arrive before longer ones are tried. */
  private static final int PROOF = 32;

  private final long shortest;
  private final ReentrantLock lock = new ReentrantLock();
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
  public long bytes() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  /** Whether each piece needs a connection of its own, because their bytes are counted. */
  public boolean isSet() {
    return bytes() != NONE;
  }

  /** Some more bytes have got through. */
  public void arrived(long bytes) {
    lock.lock();
    try {
      sinceSilence += bytes;
      if (limit == NONE) {
        return;
      }
      arrived += bytes;
      if (arrived >= PROOF * limit) {
        arrived = 0;
        grow();
      }
    } finally {
      lock.unlock();
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
  public void fellSilent(long received) {
    lock.lock();
    try {
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
    } finally {
      lock.unlock();
    }
  }

  /** Pieces longer than this do not get through, as far as is known. */
  public void shorten(long bytes) {
    lock.lock();
    try {
      long next = Math.max(shortest, bytes);
      if (next >= limit) {
        return;
      }
      if (limit != NONE) {
        ceiling = Math.min(ceiling, limit);
      }
      limit = next;
      arrived = 0;
    } finally {
      lock.unlock();
    }
  }

  /** A piece of this length was refused for its length, which it always will be. */
  public void refused(long length) {
    lock.lock();
    try {
      ceiling = Math.min(ceiling, length);
      shorten(length / 2);
    } finally {
      lock.unlock();
    }
  }
}
