package dev.modelcar.http.ranges;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads a range of a remote file in order.
 *
 * <p>It begins with two ranges at once: the reading thread fetches the first segment itself, which
 * costs no hand-over between threads, while the second is fetched ahead. Then it depends on who
 * waits for whom. A reader that waits for bytes gets more ranges, up to its share of the
 * connections and of the memory; one that is slower than the network needs none, and continues with
 * ever longer ranges in its own thread. Both are reviewed all the time.
 *
 * <p>If a server does not support ranges, the whole file is read in one stream.
 */
public final class RangeReader implements ChunkReader {
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final RangeSource source;
  private final ReadBudget budget;
  private final ConnectionLimit limit;
  private final RetryPolicy retryPolicy;
  private final RetryListener retryListener;
  private final ReadTuning tuning;
  private final ReadAhead ahead;
  private final long to;

  private long position;
  private Optional<RangeFetch> own = Optional.empty();
  private long ownEnd;
  private ByteBuffer lent = END;
  private boolean lentFromAhead;
  private boolean decided;
  private boolean closed;

  /**
   * @param from the first byte to read
   * @param to behind the last byte to read
   * @param limit what is known of the path to the server, and learned of it here
   */
  public RangeReader(
      RangeSource source,
      long from,
      long to,
      ReadBudget budget,
      ConnectionLimit limit,
      RetryPolicy retryPolicy,
      RetryListener retryListener) {
    this.source = source;
    this.budget = budget;
    this.limit = limit;
    this.retryPolicy = retryPolicy;
    this.retryListener = retryListener;
    this.tuning = new ReadTuning(from, retryPolicy.nanoTime());
    this.ahead = new ReadAhead(this::begin, budget);
    this.position = from;
    this.to = to;
    this.ownEnd = Math.min(to, from + ReadAhead.SEGMENT);
    budget.enter();
  }

  private RangeFetch begin(long from, long end) {
    return new RangeFetch(source, from, end, limit, retryPolicy.start(retryListener));
  }

  @Override
  public ByteBuffer next() throws IOException {
    takeBack();
    if (position == to) {
      return END;
    }
    if (tuning.review(position, budget.connectionsPerReader())) {
      extend();
    }
    while (position == ownEnd && !ahead.isEmpty()) {
      ByteBuffer chunk = nextAhead();
      if (chunk.hasRemaining()) {
        lent = chunk;
        lentFromAhead = true;
        position += chunk.remaining();
        ownEnd = position;
        return chunk;
      }
      if (tuning.ranges() > 1) {
        extend();
      }
    }
    return readOwn();
  }

  private ByteBuffer nextAhead() throws IOException {
    long before = tuning.now();
    ByteBuffer chunk = ahead.next();
    tuning.waitedSince(before);
    return chunk;
  }

  /** Fetches in this thread: as far as the segments that others fetch, or to the end. */
  private ByteBuffer readOwn() throws IOException {
    if (own.isEmpty()) {
      if (position == ownEnd) {
        ownEnd = Math.min(to, position + tuning.nextStride());
        extend();
      }
      own = Optional.of(begin(position, ownEnd));
    }
    RangeFetch fetch = own.get();
    byte[] buffer = budget.take();
    lent = ByteBuffer.wrap(buffer);
    lentFromAhead = false;
    int room = (int) Math.min(buffer.length, ownEnd - position);
    int filled = 0;
    long before = tuning.now();
    while (filled < room) {
      filled += fetch.read(buffer, filled, room - filled);
      if (!decided) {
        decide(fetch);
      }
    }
    tuning.waitedSince(before);
    position += filled;
    if (position == ownEnd) {
      fetch.close();
      own = Optional.empty();
    }
    lent.limit(filled);
    return lent;
  }

  /** Only the first response shows whether the server supports ranges. */
  private void decide(RangeFetch fetch) {
    decided = true;
    if (fetch.isWholeFile()) {
      tuning.wholeFile();
      ownEnd = to;
      fetch.extendTo(to);
    } else {
      extend();
    }
  }

  private void extend() {
    ahead.extend(ownEnd, to, Math.min(tuning.ranges(), budget.connectionsPerReader()));
  }

  private void takeBack() {
    if (lent.capacity() == 0) {
      return;
    }
    if (lentFromAhead) {
      ahead.release(lent);
    } else {
      budget.giveBack(lent);
    }
    lent = END;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    takeBack();
    ahead.close();
    own.ifPresent(RangeFetch::close);
    source.close();
    budget.leave();
  }
}
