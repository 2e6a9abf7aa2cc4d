package dev.modelcar.http.ranges;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Segments that are fetched before they are read, each by a thread of its own. Their bytes wait in
 * buffers, of which there is a fixed share; two of them are kept for the segment that is read next,
 * so that it can always go on, and its bytes can be read as they come.
 */
final class ReadAhead {
  /** An even part of a window of 32 MiB, and long enough that a request costs little beside it. */
  static final long SEGMENT = 4L << 20;

  private final Fetches fetches;
  private final ReadBudget budget;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private int held;
  private int fetching;
  private boolean closed;

  /** Begins to fetch a stretch. */
  @FunctionalInterface
  interface Fetches {
    RangeFetch begin(long from, long to);
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

  ReadAhead(Fetches fetches, ReadBudget budget) {
    this.fetches = fetches;
    this.budget = budget;
  }

  synchronized boolean isEmpty() {
    return segments.isEmpty();
  }

  /**
   * Begins to fetch segments behind those that are under way, as many at once as wanted and as far
   * as the buffers reach.
   *
   * @param from where the first one begins if none is under way
   * @param to the end of what is to be fetched at all
   */
  synchronized void extend(long from, long to, int wanted) {
    long next = segments.isEmpty() ? from : segments.getLast().to;
    while (!closed && next < to && fetching < wanted && budget.hasRoomFor(segments.size() + 1)) {
      Segment segment = new Segment(next, Math.min(to, next + SEGMENT));
      next = segment.to;
      segments.add(segment);
      fetching++;
      // A platform thread: a virtual one keeps a poller in native code, which delays the JVM's
      // end.
      Thread.ofPlatform().daemon().name("modelcar-range").start(() -> run(segment));
    }
  }

  /**
   * The next bytes of the first segment; empty when it is over, which makes the next one the first.
   */
  synchronized ByteBuffer next() throws IOException {
    Segment first = segments.getFirst();
    while (true) {
      ByteBuffer buffer = first.ready.poll();
      if (buffer != null) {
        return buffer;
      }
      if (first.failure != null) {
        return rethrow(first.failure);
      }
      if (first.done) {
        segments.removeFirst();
        notifyAll();
        return ByteBuffer.allocate(0);
      }
      awaitChange();
    }
  }

  synchronized void release(ByteBuffer buffer) {
    budget.giveBack(buffer);
    held--;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits once; callers look again at what they wait for. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitChange() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped while reading the source", e);
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

  // ---- the fetching threads ----

  private void run(Segment segment) {
    Throwable failure = fetch(segment);
    synchronized (this) {
      segment.done = failure == null;
      segment.failure = failure;
      fetching--;
      notifyAll();
    }
  }

  private @Nullable Throwable fetch(Segment segment) {
    try (RangeFetch fetch = fetches.begin(segment.from, segment.to)) {
      while (!fetch.isAtEnd()) {
        fill(segment, fetch);
      }
      return null;
    } catch (IOException | RuntimeException | Error e) {
      return e;
    }
  }

  private void fill(Segment segment, RangeFetch fetch) throws IOException {
    byte[] buffer = acquire(segment);
    int filled = 0;
    try {
      while (filled < buffer.length && !fetch.isAtEnd()) {
        filled += fetch.read(buffer, filled, buffer.length - filled);
      }
    } finally {
      pass(segment, ByteBuffer.wrap(buffer, 0, filled));
    }
  }

  private synchronized byte[] acquire(Segment segment) {
    while (!closed
        && !budget.mayTake(held, segments.peekFirst() == segment, segment.ready.size())) {
      awaitChange();
    }
    if (closed) {
      throw new ModelcarException(CoreError.STOPPED, "the reader was closed");
    }
    held++;
    return budget.take();
  }

  private synchronized void pass(Segment segment, ByteBuffer filled) {
    if (closed || !filled.hasRemaining()) {
      budget.giveBack(filled);
      held--;
    } else {
      segment.ready.add(filled);
    }
    notifyAll();
  }
}
