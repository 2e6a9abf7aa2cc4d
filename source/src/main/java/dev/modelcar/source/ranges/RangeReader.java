package dev.modelcar.source.ranges;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.Retries;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.TransportException;
import dev.modelcar.source.ChunkReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stretch of a remote file in order.
 *
 * <p>The stretch is cut into segments. Each is fetched by a thread of its own that repeats what
 * fails, from the byte where it failed. The reader takes the bytes of the first segment as they
 * come; segments behind it wait in buffers, of which there is a fixed share of the {@link
 * ReadBudget}. Two of the buffers are kept for the first segment, so it can always go on.
 *
 * <p>The first answer decides: a server that gives ranges is asked for several at once; from one
 * that sends the whole file to whoever asks, everything is taken from one stream.
 */
public final class RangeReader implements ChunkReader {
  private static final ByteBuffer END = ByteBuffer.allocate(0);
  private static final int RESERVED = 2;
  private static final int SEGMENT_BUFFERS = 16;

  /** How often it is looked at whether more fetchers would help. */
  private static final long REVIEW_NANOS = 250_000_000;

  private final RangeSource source;
  private final ReadBudget budget;
  private final RetryPolicy retryPolicy;
  private final RetryListener retryListener;
  private final long to;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Segment> segments = new ArrayDeque<>();
  private long nextSegment;
  private int held;
  private int fetching;
  private int wanted = 2;
  private Manner manner = Manner.UNKNOWN;
  private boolean closed;
  private ByteBuffer lent = END;
  private long starvedNanos;
  private long reviewedAt;

  private enum Manner {
    UNKNOWN,
    RANGES,
    ONE_STREAM
  }

  private static final class Segment {
    final long from;
    final long to;
    final Deque<ByteBuffer> ready = new ArrayDeque<>();
    boolean done;
    @Nullable Throwable failure;

    Segment(long from, long to) {
      this.from = from;
      this.to = to;
    }
  }

  /**
   * @param from the first byte to read
   * @param to behind the last byte to read
   */
  public RangeReader(
      RangeSource source,
      long from,
      long to,
      ReadBudget budget,
      RetryPolicy retryPolicy,
      RetryListener retryListener) {
    this.source = source;
    this.budget = budget;
    this.retryPolicy = retryPolicy;
    this.retryListener = retryListener;
    this.to = to;
    this.nextSegment = from;
    this.reviewedAt = retryPolicy.nanoTime().getAsLong();
    budget.enter();
    lock.lock();
    try {
      startFetchers();
    } finally {
      lock.unlock();
    }
  }

  // ---- the reading side ----

  @Override
  public ByteBuffer next() throws IOException {
    lock.lock();
    try {
      takeBack();
      while (true) {
        Segment first = segments.peek();
        if (first == null) {
          return END;
        }
        ByteBuffer buffer = first.ready.poll();
        if (buffer != null) {
          lent = buffer;
          return buffer;
        }
        if (first.failure != null) {
          return rethrow(first.failure);
        }
        if (first.done) {
          segments.remove();
          changed.signalAll();
          startFetchers();
        } else {
          starve();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void takeBack() {
    if (lent.capacity() > 0) {
      release(lent);
      lent = END;
    }
  }

  private void release(ByteBuffer buffer) {
    budget.giveBack(buffer);
    held--;
    changed.signalAll();
  }

  /** Waits for bytes, and asks for more fetchers if that has happened a lot of late. */
  private void starve() {
    long before = retryPolicy.nanoTime().getAsLong();
    awaitChange();
    long now = retryPolicy.nanoTime().getAsLong();
    starvedNanos += now - before;
    long since = now - reviewedAt;
    if (since > REVIEW_NANOS) {
      if (starvedNanos > since / 5 && wanted < budget.connectionsPerReader()) {
        wanted = Math.min(budget.connectionsPerReader(), wanted * 2);
        startFetchers();
      }
      starvedNanos = 0;
      reviewedAt = now;
    }
  }

  /** Waits once; callers look again at what they wait for. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitChange() {
    try {
      changed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped while reading the source", e);
    }
  }

  private static ByteBuffer rethrow(Throwable failure) throws IOException {
    switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure);
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      takeBack();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    source.close();
    budget.leave();
  }

  // ---- the fetching side ----

  /** Called with the lock held. */
  private void startFetchers() {
    while (!closed
        && nextSegment < to
        && fetching < fetchersNow()
        && (segments.isEmpty() || segments.size() * SEGMENT_BUFFERS <= budget.buffersPerReader())) {
      long end = Math.min(to, nextSegment + (long) SEGMENT_BUFFERS * ReadBudget.BUFFER);
      Segment segment = new Segment(nextSegment, end);
      nextSegment = end;
      segments.add(segment);
      fetching++;
      Thread.ofVirtual().name("modelcar-range").start(() -> run(segment));
    }
  }

  private int fetchersNow() {
    return manner == Manner.RANGES ? Math.min(wanted, budget.connectionsPerReader()) : 1;
  }

  private void run(Segment segment) {
    Throwable failure = attempt(segment);
    lock.lock();
    try {
      if (failure == null) {
        segment.done = true;
      } else {
        // In one stream the segment at fault may be any behind this one: all of them are lost.
        segments.stream().filter(s -> !s.done).forEach(s -> s.failure = failure);
      }
      fetching--;
      startFetchers();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Throwable attempt(Segment segment) {
    try {
      fetch(segment);
      return null;
    } catch (IOException | RuntimeException | Error e) {
      return e;
    }
  }

  private void fetch(Segment first) throws IOException {
    Retries retries = retryPolicy.start(retryListener);
    Cursor cursor = new Cursor(first);
    while (!cursor.atEnd()) {
      long before = cursor.position;
      Optional<Failure> failure = tryOnce(cursor);
      if (failure.isEmpty()) {
        continue;
      }
      if (cursor.position > before) {
        retries.progressed();
      }
      if (isClosed() || !retries.waitForNext(failure.get().after(), failure.get().message())) {
        throw failure.get().toException();
      }
    }
  }

  private Optional<Failure> tryOnce(Cursor cursor) throws IOException {
    try (RangeStream stream = source.open(cursor.position, cursor.segment.to)) {
      decide(stream.isWholeFile() ? Manner.ONE_STREAM : Manner.RANGES);
      if (stream.isWholeFile()) {
        skip(stream, cursor.position);
      }
      cursor.fill(stream);
      return Optional.empty();
    } catch (TryAgainException e) {
      return Optional.of(new Failure(e.code(), String.valueOf(e.getMessage()), e.after(), e));
    } catch (TransportException e) {
      if (!e.isTransient()) {
        throw new ModelcarException(e.kind().code(), String.valueOf(e.getMessage()), e);
      }
      return Optional.of(
          new Failure(e.kind().code(), String.valueOf(e.getMessage()), Optional.empty(), e));
    }
  }

  private record Failure(
      ErrorCode code, String message, Optional<java.time.Duration> after, Exception cause) {
    ModelcarException toException() {
      return new ModelcarException(code, message, cause);
    }
  }

  private void decide(Manner seen) {
    lock.lock();
    try {
      if (manner == Manner.UNKNOWN) {
        manner = seen;
        startFetchers();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void skip(RangeStream stream, long count) throws IOException {
    byte[] scratch = new byte[64 << 10];
    long left = count;
    while (left > 0) {
      int n = stream.read(scratch, 0, (int) Math.min(scratch.length, left));
      if (n < 0) {
        throw new TryAgainException(
            ErrorCode.HUB_UNAVAILABLE, "the answer ended early", Optional.empty());
      }
      left -= n;
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Where a fetcher is. */
  private final class Cursor {
    private Segment segment;
    private long position;

    Cursor(Segment segment) {
      this.segment = segment;
      this.position = segment.from;
    }

    /** At the end of the segment; in one stream, at the end of all. */
    boolean atEnd() {
      lock.lock();
      try {
        if (manner == Manner.ONE_STREAM && position == segment.to && position < to) {
          segment.done = true;
          segment = following();
          changed.signalAll();
        }
        return position == segment.to;
      } finally {
        lock.unlock();
      }
    }

    private Segment following() {
      long end = Math.min(to, position + (long) SEGMENT_BUFFERS * ReadBudget.BUFFER);
      Segment next = new Segment(position, end);
      nextSegment = end;
      segments.add(next);
      return next;
    }

    void fill(RangeStream stream) throws IOException {
      while (!atEnd()) {
        byte[] buffer = acquire();
        int filled = 0;
        try {
          int room = (int) Math.min(buffer.length, segment.to - position);
          while (filled < room) {
            int n = stream.read(buffer, filled, room - filled);
            if (n < 0) {
              throw new TryAgainException(
                  ErrorCode.HUB_UNAVAILABLE, "the answer ended early", Optional.empty());
            }
            filled += n;
          }
        } finally {
          // Also what came before a failure: the next try begins behind it.
          pass(ByteBuffer.wrap(buffer, 0, filled));
        }
      }
    }

    /** In one stream only the last segment is fetched, and it may have the reserve as well. */
    private byte[] acquire() {
      lock.lock();
      try {
        while (!closed && !mayTake()) {
          awaitChange();
        }
        if (closed) {
          throw new ModelcarException(ErrorCode.STOPPED, "the reader was closed");
        }
        held++;
        return budget.take();
      } finally {
        lock.unlock();
      }
    }

    /**
     * The share may have shrunk since others took theirs: the first segment goes on all the same.
     */
    private boolean mayTake() {
      int share = budget.buffersPerReader();
      return held < share - RESERVED
          || (isFirst() && (held < share || segment.ready.size() < RESERVED));
    }

    private boolean isFirst() {
      Segment first = segments.peek();
      return first == null || first.from == segment.from;
    }

    private void pass(ByteBuffer filled) {
      lock.lock();
      try {
        position += filled.remaining();
        if (closed || !filled.hasRemaining()) {
          release(filled);
          return;
        }
        segment.ready.add(filled);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
