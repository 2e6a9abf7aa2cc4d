package dev.modelcar.http.ranges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How much is fetched at once, and who gets the memory for it. */
final class ReadTuningTest {
  private static final long STEP = 2 * ReadAhead.SEGMENT;
  private static final int MOST = 8;

  private final AtomicLong clock = new AtomicLong(5);
  private final ReadTuning tuning = new ReadTuning(0, clock::get);
  private long position;

  /** Reads up to the next review, waiting for a part of the time. */
  private boolean read(long millis, long waited) {
    long before = tuning.now();
    clock.addAndGet(waited * 1_000_000);
    tuning.waitedSince(before);
    clock.addAndGet((millis - waited) * 1_000_000);
    position += STEP;
    return tuning.review(position, MOST);
  }

  @Test
  void aReaderThatWaitsGetsMoreRangesUpToItsShare() {
    assertThat(tuning.ranges()).isEqualTo(1);
    assertThat(read(1000, 900)).isTrue();
    assertThat(tuning.ranges()).isEqualTo(2);
    read(1000, 900);
    read(1000, 900);
    read(1000, 900);
    assertThat(tuning.ranges()).isEqualTo(MOST);
  }

  @Test
  void oneThatDoesNotWaitGivesThemBackAndReadsLongerOnes() {
    read(1000, 900);
    for (int i = 0; i < 3; i++) {
      assertThat(read(1000, 0)).isFalse();
    }
    assertThat(tuning.ranges()).isZero();
    long stride = ReadAhead.SEGMENT;
    for (int i = 0; i < 3; i++) {
      stride *= 2;
      assertThat(tuning.nextStride()).isEqualTo(stride);
    }
    assertThat(tuning.nextStride()).isEqualTo(stride);
    read(1000, 900);
    assertThat(tuning.nextStride()).isEqualTo(ReadAhead.SEGMENT);
  }

  @Test
  void whatCopyingTakesIsNoWaiting() {
    // 8 MiB in 28 ms are 300 MB/s: faster than one who waits.
    assertThat(read(28, 28)).isFalse();
  }

  @Test
  void betweenReviewsNothingChanges() {
    long before = tuning.now();
    clock.addAndGet(1_000_000_000);
    tuning.waitedSince(before);
    assertThat(tuning.review(STEP - 1, MOST)).isFalse();
    assertThat(tuning.ranges()).isEqualTo(1);
  }

  @Test
  void theNextSegmentAlwaysGoesOn() {
    ReadBudget budget = new ReadBudget(16 * ReadBudget.BUFFER, 4);
    budget.enter();
    assertThat(budget.hasRoomFor(1)).isTrue();
    assertThat(budget.hasRoomFor(2)).isFalse();
    assertThat(budget.mayTake(13, false, 0)).isTrue();
    assertThat(budget.mayTake(14, false, 0)).isFalse();
    assertThat(budget.mayTake(15, true, 9)).isTrue();
    budget.enter(); // the share is 8 from here on
    assertThat(budget.mayTake(15, true, 2)).isFalse();
    assertThat(budget.mayTake(15, true, 1)).isTrue();
    assertThat(budget.connectionsPerReader()).isEqualTo(2);
  }
}
