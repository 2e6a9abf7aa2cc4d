package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One read of a blob for several targets. A thread of its own reads into a {@link ReadWindow}; each
 * target takes the bytes from there at its own pace, through its {@link TargetView}. A target that
 * keeps the window full while others wait is detached when the {@link SlowTargetPolicy} says so;
 * one that falls behind the window because its upload started over reads for itself until it has
 * caught up.
 */
final class SharedRead implements AutoCloseable {
  private static final Duration GLANCE = Duration.ofMillis(200);

  /** How long the first target waits for the others to say where they stand. */
  private static final Duration START = Duration.ofSeconds(10);

  private final BlobContent source;
  private final LongSupplier nanoTime;
  private final ReadWindow window;
  private final SlowTargetPolicy policy;
  private final List<TargetView> views = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int generation;
  private String whyAnew = "";
  private boolean ended;
  private boolean closed;
  private boolean started;
  private @Nullable Throwable failure;

  /**
   * @param source read once, from its beginning
   * @param targets how many there are
   * @param windowBytes how far the fastest may be ahead of the slowest
   * @param grace how long the slowest may keep the others waiting in all
   */
  SharedRead(
      BlobContent source, int targets, long windowBytes, Duration grace, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    this.window = new ReadWindow(windowBytes);
    this.policy = new SlowTargetPolicy(targets, grace);
    for (int i = 0; i < targets; i++) {
      views.add(new TargetView(source, this, i));
    }
  }

  /** The blob as one of the targets sees it. */
  BlobContent view(int target) {
    return views.get(target);
  }

  /** A target needs nothing any more, because it is done or has failed. */
  void leave(int target) {
    locked(() -> {
      views.get(target).attached = false;
      giveBack();
    });
  }

  @Override
  public void close() {
    locked(() -> closed = true);
  }

  /** Changes something, and tells everybody. */
  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- the reading side: one thread, called the pump ----

  private void pump() {
    while (true) {
      try (BlobReader reader = source.open(begin())) {
        Filler filler = new Filler();
        while (reader.transferTo(filler, ReadWindow.CHUNK) >= 0) {
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
          && views.stream().anyMatch(view -> view.attached && !policy.hasStarted(view.index))
          && nanoTime.getAsLong() - began < START.toNanos()) {
        awaitChange();
      }
      window.restartAt(
          views.stream()
              .filter(view -> view.attached && policy.hasStarted(view.index))
              .mapToLong(view -> view.position)
              .min()
              .orElse(0));
      return window.end();
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return closed || nobodyReads();
    } finally {
      lock.unlock();
    }
  }

  private boolean nobodyReads() {
    return views.stream().noneMatch(view -> view.attached);
  }

  private void finish(@Nullable Throwable reason) {
    locked(() -> {
      ended = true;
      failure = reason;
      window.close();
    });
  }

  /** The bytes so far were wrong: all targets learn it and start over with new ones. */
  private boolean beginAnew(String reason) {
    locked(() -> {
      generation++;
      whyAnew = reason;
      window.restartAt(0);
      views.forEach(view -> view.position = 0);
    });
    return !isOver();
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
      if (!awaitRoom()) {
        return -1;
      }
      int count = window.append(bytes, offset, length);
      // Who waits for bytes is woken for a whole chunk, and looks by itself where bytes are few.
      if (window.endsWithWholeChunk()) {
        changed.signalAll();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitRoom() {
    while (!closed && !nobodyReads()) {
      giveBack();
      if (!window.isFull()) {
        return true;
      }
      long before = nanoTime.getAsLong();
      awaitChange();
      chargeSlowest(nanoTime.getAsLong() - before);
    }
    return false;
  }

  /** The slowest pays for the time in which another had nothing to do. */
  private void chargeSlowest(long waited) {
    Optional<Long> firstEnd = window.firstEnd();
    if (firstEnd.isEmpty() || views.stream().noneMatch(v -> v.attached && v.waitsForBytes)) {
      return;
    }
    for (TargetView view : views) {
      if (view.holdsBack(firstEnd.get())
          && policy.charge(view.index, waited, nanoTime.getAsLong())) {
        view.attached = false;
        view.detached = true;
        // It may be sending a chunk that all others have passed.
        window.neverRecycle();
        changed.signalAll();
      }
    }
  }

  /** Gives back what every attached target has passed. */
  private void giveBack() {
    long needed = Long.MAX_VALUE;
    for (TargetView view : views) {
      if (view.attached && !view.alone) {
        needed = Math.min(needed, view.position);
      }
    }
    window.giveBackBefore(needed);
  }

  @SuppressWarnings("WaitNotInLoop") // callers look again at what they wait for
  private void awaitChange() {
    try {
      var _ = changed.await(GLANCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped while reading", e);
    }
  }

  // ---- the targets' side ----

  /**
   * A target begins to read at an offset.
   *
   * @return the generation of bytes that it reads
   */
  int open(TargetView view, long offset) {
    lock.lock();
    try {
      policy.start(view.index, nanoTime.getAsLong());
      view.position = offset;
      if (!started) {
        started = true;
        Thread.ofPlatform().daemon().name("modelcar-read").start(this::pump);
      }
      changed.signalAll();
      return generation;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for bytes at a target's position.
   *
   * @param readGeneration that the target reads
   * @return nothing at the end, or where the target has to read alone
   * @throws DetachedException if the target is too slow
   * @throws WrongContentException if all starts over
   */
  Optional<TargetView.Slice> await(TargetView view, int readGeneration, long limit)
      throws IOException {
    lock.lock();
    try {
      while (true) {
        check(view, readGeneration);
        view.alone = view.alone ? !window.contains(view.position) : view.position < window.start();
        if (view.alone) {
          return Optional.empty();
        }
        Optional<ReadWindow.Chunk> chunk = window.at(view.position);
        if (chunk.isPresent()) {
          int from = (int) (view.position - chunk.get().start);
          int count = (int) Math.min(limit, chunk.get().end() - view.position);
          return Optional.of(new TargetView.Slice(chunk.get().bytes, from, count));
        }
        if (ended) {
          return Optional.empty();
        }
        view.waitsForBytes = true;
        awaitChange();
      }
    } finally {
      view.waitsForBytes = false;
      lock.unlock();
    }
  }

  private void check(TargetView view, int readGeneration) throws IOException {
    if (view.detached) {
      throw new DetachedException();
    }
    if (readGeneration != generation) {
      throw new WrongContentException(whyAnew);
    }
    switch (failure) {
      case null -> {}
      case ModelcarException e -> throw e.advising(e.hint());
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure);
    }
  }

  /** A target has passed bytes on. */
  void moved(TargetView view, long count) {
    locked(() -> {
      view.position += count;
      giveBack();
    });
  }
}
