package dev.modelcar.packaging.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.source.SourceError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** One read for several targets, each at its own pace; time is what the test says. */
final class SharedReadTest {
  private static final long WINDOW = 4L * ReadWindow.CHUNK;
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final byte[] BYTES = new byte[3 << 20];

  static {
    new Random(7).nextBytes(BYTES);
  }

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicLong now = new AtomicLong(1);

  /** Bytes that count how often they are opened, and may be wrong once at an offset. */
  private final class Source implements BlobContent {
    private final AtomicInteger wrongTimes;
    private final int failAt;

    Source(int wrongTimes, int failAt) {
      this.wrongTimes = new AtomicInteger(wrongTimes);
      this.failAt = failAt;
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.of(BYTES.length);
    }

    @Override
    public Optional<Digest> digest() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return "blob";
    }

    @Override
    public BlobReader open(long offset) {
      opened.incrementAndGet();
      return new BlobReader() {
        private int position = (int) offset;

        @Override
        public long transferTo(OutputStream out, long limit) throws IOException {
          if (position >= failAt) {
            throw new ModelcarException(SourceError.SOURCE_UNREADABLE, "the disk is gone");
          }
          int count = (int) Math.min(limit, Math.min(100_000, BYTES.length - position));
          if (count <= 0) {
            return -1;
          }
          if (position > 1 << 20 && wrongTimes.getAndDecrement() > 0) {
            throw new WrongContentException("other bytes than promised");
          }
          out.write(BYTES, position, count);
          position += count;
          return count;
        }

        @Override
        public void close() {}
      };
    }
  }

  private SharedRead read(BlobContent source, int targets, LongSupplier clock) {
    return new SharedRead(source, targets, WINDOW, GRACE, clock);
  }

  private static byte[] drain(BlobReader reader) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (reader.transferTo(out, 70_000) >= 0) {
      // until the end
    }
    return out.toByteArray();
  }

  /** A target that begins anew whenever it is told so. */
  private static CompletableFuture<byte[]> target(SharedRead read, int index) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            while (true) {
              try (BlobReader reader = read.view(index).open(0)) {
                return drain(reader);
              } catch (WrongContentException e) {
                // once more
              }
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          } finally {
            read.leave(index);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  @Test
  void allTargetsGetAllBytesFromOneRead() throws Exception {
    try (SharedRead read = read(new Source(0, Integer.MAX_VALUE), 3, now::get)) {
      CompletableFuture<byte[]> first = target(read, 0);
      CompletableFuture<byte[]> second = target(read, 1);
      CompletableFuture<byte[]> third = target(read, 2);
      assertThat(first.get()).isEqualTo(BYTES);
      assertThat(second.get()).isEqualTo(BYTES);
      assertThat(third.get()).isEqualTo(BYTES);
      assertThat(opened).hasValue(1);
    }
  }

  @Test
  void whereBytesWereWrongAllBeginAnew() throws Exception {
    try (SharedRead read = read(new Source(1, Integer.MAX_VALUE), 2, now::get)) {
      CompletableFuture<byte[]> first = target(read, 0);
      CompletableFuture<byte[]> second = target(read, 1);
      assertThat(first.get()).isEqualTo(BYTES);
      assertThat(second.get()).isEqualTo(BYTES);
      assertThat(opened).hasValue(2);
    }
  }

  @Test
  void aSourceThatFailsFailsForEachWithItsOwnReason() {
    try (SharedRead read = read(new Source(0, 1 << 20), 2, now::get)) {
      for (CompletableFuture<byte[]> each : List.of(target(read, 0), target(read, 1))) {
        assertThatThrownBy(each::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfSatisfying(
                ModelcarException.class,
                e -> assertThat(e.code()).isEqualTo(SourceError.SOURCE_UNREADABLE));
      }
    }
  }

  @Test
  void aTargetThatReadsNothingIsDetachedAndTheOthersFinish() throws Exception {
    try (SharedRead read = read(new Source(0, Integer.MAX_VALUE), 2, now::get);
        BlobReader silent = read.view(1).open(0)) {
      ByteArrayOutputStream begun = new ByteArrayOutputStream();
      CompletableFuture<byte[]> quick = target(read, 0);
      assertThat(silent.transferTo(begun, 1000)).isPositive();
      while (!quick.isDone()) {
        // Time passes for whom the window is full, and for nobody else.
        now.addAndGet(1_000_000);
        Thread.onSpinWait();
      }
      assertThat(quick.get()).isEqualTo(BYTES);
      assertThatThrownBy(() -> silent.transferTo(begun, 1000))
          .isInstanceOf(DetachedException.class);
    }
  }

  @Test
  void whereNoTimePassesNobodyIsBlamed() throws Exception {
    try (SharedRead read = read(new Source(0, Integer.MAX_VALUE), 2, now::get);
        BlobReader slow = read.view(1).open(0)) {
      CompletableFuture<byte[]> quick = target(read, 0);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      while (slow.transferTo(out, 1000) >= 0) {
        // a little at a time
      }
      read.leave(1);
      assertThat(out.toByteArray()).isEqualTo(BYTES);
      assertThat(quick.get()).isEqualTo(BYTES);
      assertThat(opened).hasValue(1);
    }
  }

  @Test
  void aTargetThatBeginsAnewBehindTheWindowReadsForItselfUntilItHasCaughtUp() throws Exception {
    try (SharedRead read = read(new Source(0, Integer.MAX_VALUE), 2, now::get)) {
      BlobReader first = read.view(0).open(0);
      BlobReader second = read.view(1).open(0);
      ByteArrayOutputStream ignored = new ByteArrayOutputStream();
      while (ignored.size() < 2 << 20) {
        first.transferTo(ignored, 50_000);
        second.transferTo(OutputStream.nullOutputStream(), 50_000);
      }
      second.close();
      // The upload of the second broke, and begins anew.
      BlobReader anew = read.view(1).open(0);
      CompletableFuture<byte[]> other =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return drain(first);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                } finally {
                  read.leave(0);
                }
              },
              task -> Thread.ofPlatform().daemon().start(task));
      assertThat(drain(anew)).isEqualTo(BYTES);
      assertThat(other.get()).hasSize(BYTES.length - ignored.size());
      assertThat(opened).hasValue(2);
      anew.close();
      first.close();
    }
  }
}
