package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One read of a blob for several targets. A thread of its own reads into a window of bounded size;
 * each target takes the bytes from there at its own pace. A target that keeps the window full while
 * others wait is detached once it has cost them more than it may; one that falls behind the window
 * because its upload began anew reads for itself until it has caught up.
 */
public final class SharedRead implements AutoCloseable {
  private static final int CHUNK = 256 << 10;
  private static final Duration GLANCE = Duration.ofMillis(200);

  /** How long the first target waits for the others to say where they stand. */
  private static final Duration START = Duration.ofSeconds(10);

  private final BlobContent source;
  private final int windowChunks;
  private final Duration grace;
  private final LongSupplier nanoTime;
  private final List<Target> targets = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<WindowChunk> window = new ArrayDeque<>();
  private final Deque<byte[]> spare = new ArrayDeque<>();
  private boolean recycles = true;
  private long windowEnd;
  private int generation;
  private String whyAnew = "";
  private boolean ended;
  private boolean closed;
  private boolean started;
  private @Nullable Throwable failure;

  /**
   * @param source read once, from its beginning
   * @param targetCount how many targets there are
   * @param windowBytes how far the fastest may be ahead of the slowest
   * @param grace how long the slowest may keep the others waiting in all
   */
  public SharedRead(
      BlobContent source,
      int targetCount,
      long windowBytes,
      Duration grace,
      LongSupplier nanoTime) {
    this.source = source;
    this.windowChunks = (int) Math.max(4, windowBytes / CHUNK);
    this.grace = grace;
    this.nanoTime = nanoTime;
    for (int i = 0; i < targetCount; i++) {
      targets.add(new Target());
    }
  }

  /** The blob as one of the targets sees it. */
  public BlobContent view(int target) {
    return targets.get(target);
  }

  /** A target needs nothing any more, because it is done or has failed. */
  public void leave(int target) {
    lock.lock();
    try {
      targets.get(target).attached = false;
      free();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- the reading side: one thread, called the pump ----

  /** Called with the lock held. */
  private void start() {
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("modelcar-read").start(this::pump);
    }
  }

  private void pump() {
    while (true) {
      try (BlobReader reader = source.open(begin())) {
        Filler filler = new Filler();
        while (reader.transferTo(filler, CHUNK) >= 0) {
          if (isOver()) {
            return;
          }
        }
        finish(null);
        return;
      } catch (WrongContentException e) {
        if (!beginAnew(String.valueOf(e.getMessage()))) {
          return;
        }
      } catch (IOException | RuntimeException | Error e) {
        finish(e);
        return;
      }
    }
  }

  /**
   * Where to begin: where the target stands that has the least. Targets go on with what earlier
   * runs left, so each is waited for a little; one that comes later reads for itself until it
   * catches up.
   */
  private long begin() {
    lock.lock();
    try {
      if (generation > 0) {
        return 0;
      }
      long began = nanoTime.getAsLong();
      while (!closed
          && targets.stream().anyMatch(target -> target.attached && target.since == 0)
          && nanoTime.getAsLong() - began < START.toNanos()) {
        awaitChange();
      }
      windowEnd =
          targets.stream()
              .filter(target -> target.attached && target.since != 0)
              .mapToLong(target -> target.position)
              .min()
              .orElse(0);
      return windowEnd;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return closed || targets.stream().noneMatch(target -> target.attached);
    } finally {
      lock.unlock();
    }
  }

  private void finish(@Nullable Throwable reason) {
    lock.lock();
    try {
      ended = true;
      failure = reason;
      spare.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The bytes so far were wrong: all targets learn it and begin anew with new ones. */
  private boolean beginAnew(String reason) {
    lock.lock();
    try {
      generation++;
      whyAnew = reason;
      window.clear();
      windowEnd = 0;
      for (Target target : targets) {
        target.position = 0;
      }
      changed.signalAll();
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private final class Filler extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        int count = append(bytes, from, left);
        if (count < 0) {
          throw new IOException("nobody reads any more");
        }
        from += count;
        left -= count;
      }
    }
  }

  private int append(byte[] bytes, int offset, int length) {
    lock.lock();
    try {
      WindowChunk last = window.peekLast();
      if (last == null || last.length == CHUNK) {
        if (!awaitRoom()) {
          return -1;
        }
        byte[] room = spare.isEmpty() ? new byte[CHUNK] : spare.pop();
        last = new WindowChunk(windowEnd, room);
        window.add(last);
      }
      int count = Math.min(length, CHUNK - last.length);
      System.arraycopy(bytes, offset, last.bytes, last.length, count);
      last.length += count;
      windowEnd += count;
      // Who waits for bytes is woken for a whole chunk, and looks by itself where bytes are few.
      if (last.length == CHUNK) {
        changed.signalAll();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitRoom() {
    while (!closed && targets.stream().anyMatch(target -> target.attached)) {
      free();
      if (window.size() < windowChunks) {
        return true;
      }
      long before = nanoTime.getAsLong();
      awaitChange();
      blame(nanoTime.getAsLong() - before);
    }
    return false;
  }

  /** The slowest pays for the time in which another had nothing to do. */
  private void blame(long waited) {
    boolean othersWait =
        targets.stream().anyMatch(target -> target.attached && target.waitsForBytes);
    if (!othersWait || window.isEmpty()) {
      return;
    }
    long firstEnd = window.getFirst().end();
    for (Target target : targets) {
      if (target.holdsBack(firstEnd)) {
        target.blame += waited;
        long running = nanoTime.getAsLong() - target.since;
        if (target.blame > grace.toNanos() && target.blame > running / 2) {
          target.attached = false;
          target.detached = true;
          // It may be sending a chunk that all others have passed.
          recycles = false;
          changed.signalAll();
        }
      }
    }
    free();
  }

  /** Drops what every attached target has passed. */
  private void free() {
    long needed = Long.MAX_VALUE;
    for (Target target : targets) {
      if (target.attached && !target.alone) {
        needed = Math.min(needed, target.position);
      }
    }
    while (!window.isEmpty()
        && window.getFirst().end() <= needed
        && (window.getFirst().length == CHUNK || ended)) {
      byte[] passed = window.remove().bytes;
      if (!ended && recycles) {
        spare.push(passed);
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // callers look again at what they wait for
  private void awaitChange() {
    try {
      var _ = changed.await(GLANCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped while reading", e);
    }
  }

  // ---- the targets' side ----

  private final class Target implements BlobContent {
    private long position;
    private boolean attached = true;
    private boolean detached;
    private boolean alone;
    private boolean waitsForBytes;
    private long blame;
    private long since;

    /** Called with the lock held. */
    boolean holdsBack(long firstEnd) {
      return attached && !alone && !waitsForBytes && position < firstEnd;
    }

    @Override
    public OptionalLong size() {
      return source.size();
    }

    @Override
    public Optional<Digest> digest() {
      return source.digest();
    }

    @Override
    public BlobContent origin() {
      return source.origin();
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public BlobReader open(long offset) {
      lock.lock();
      try {
        if (since == 0) {
          since = nanoTime.getAsLong();
        }
        position = offset;
        start();
        changed.signalAll();
        return new Reader(this, generation);
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Reader implements BlobReader {
    private final Target target;
    private final int madeIn;
    private Optional<BlobReader> own = Optional.empty();

    Reader(Target target, int madeIn) {
      this.target = target;
      this.madeIn = madeIn;
    }

    @Override
    public long transferTo(OutputStream out, long limit) throws IOException {
      Optional<WindowChunk> found;
      boolean alone;
      int from = 0;
      int count = 0;
      lock.lock();
      try {
        found = await();
        alone = target.alone;
        if (found.isPresent()) {
          from = (int) (target.position - found.get().start);
          count = (int) Math.min(limit, found.get().length - from);
        }
      } finally {
        lock.unlock();
      }
      if (alone) {
        return transferAlone(out, limit);
      }
      if (found.isEmpty()) {
        return -1;
      }
      // The chunk stays as it is until this target has passed it.
      out.write(found.get().bytes, from, count);
      moved(count);
      return count;
    }

    /** The chunk at the position; nothing at the end, or where the target has to read alone. */
    private Optional<WindowChunk> await() throws IOException {
      try {
        while (true) {
          check();
          if (target.alone || isBehind()) {
            target.alone = !isInWindow();
            if (target.alone) {
              return Optional.empty();
            }
            closeOwn();
          }
          for (WindowChunk chunk : window) {
            if (target.position >= chunk.start && target.position < chunk.end()) {
              return Optional.of(chunk);
            }
          }
          if (ended) {
            return Optional.empty();
          }
          target.waitsForBytes = true;
          awaitChange();
        }
      } finally {
        target.waitsForBytes = false;
      }
    }

    private boolean isBehind() {
      long start = window.isEmpty() ? windowEnd : window.getFirst().start;
      return target.position < start;
    }

    private boolean isInWindow() {
      return !isBehind() && target.position <= windowEnd;
    }

    private void check() throws IOException {
      if (target.detached) {
        throw new DetachedException();
      }
      if (madeIn != generation) {
        throw new WrongContentException(whyAnew);
      }
      switch (failure) {
        case null -> {}
        case ModelcarException e ->
            throw new ModelcarException(e.code(), String.valueOf(e.getMessage()), e.hint(), e);
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IOException(failure);
      }
    }

    private long transferAlone(OutputStream out, long limit) throws IOException {
      if (own.isEmpty()) {
        own = Optional.of(source.open(target.position));
      }
      long count = own.get().transferTo(out, limit);
      if (count > 0) {
        moved(count);
      }
      return count;
    }

    private void moved(long count) {
      lock.lock();
      try {
        target.position += count;
        free();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void closeOwn() throws IOException {
      if (own.isPresent()) {
        BlobReader reader = own.get();
        own = Optional.empty();
        reader.close();
      }
    }

    @Override
    public void close() throws IOException {
      closeOwn();
    }
  }
}
