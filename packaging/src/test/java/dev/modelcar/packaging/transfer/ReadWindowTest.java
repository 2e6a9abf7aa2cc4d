package dev.modelcar.packaging.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The window of a shared read: bounded, in order, its memory used again. */
final class ReadWindowTest {
  private static final int CHUNK = ReadWindow.CHUNK;

  private final ReadWindow window = new ReadWindow(4L * CHUNK);

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private void fill(int chunks) {
    for (int i = 0; i < chunks; i++) {
      assertThat(window.append(bytes(CHUNK, i), 0, CHUNK)).isEqualTo(CHUNK);
    }
  }

  @Test
  void itIsFullAfterAsManyChunksAsItHolds() {
    fill(3);
    assertThat(window.isFull()).isFalse();
    window.append(bytes(10, 9), 0, 10);
    assertThat(window.isFull()).as("the last chunk has room").isFalse();
    assertThat(window.append(bytes(CHUNK, 9), 0, CHUNK)).isEqualTo(CHUNK - 10);
    assertThat(window.isFull()).isTrue();
    assertThat(window.end()).isEqualTo(4L * CHUNK);
  }

  @Test
  void theSmallestWindowHoldsFourChunks() {
    ReadWindow small = new ReadWindow(1);
    for (int i = 0; i < 4; i++) {
      assertThat(small.isFull()).isFalse();
      small.append(bytes(CHUNK, 0), 0, CHUNK);
    }
    assertThat(small.isFull()).isTrue();
  }

  @Test
  void bytesAreFoundAtTheirPosition() {
    fill(2);
    ReadWindow.Chunk second = window.at(CHUNK + 5L).orElseThrow();
    assertThat(second.start).isEqualTo(CHUNK);
    assertThat(second.bytes[5]).isEqualTo((byte) 1);
    assertThat(window.at(2L * CHUNK)).isEmpty();
    assertThat(window.contains(2L * CHUNK)).as("where the next byte will be").isTrue();
    assertThat(window.contains(2L * CHUNK + 1)).isFalse();
  }

  @Test
  void wholeChunksThatAllHavePassedMakeRoomAndTheirMemoryIsUsedAgain() {
    fill(4);
    byte[] first = window.at(0).orElseThrow().bytes;
    window.giveBackBefore(CHUNK - 1L);
    assertThat(window.isFull()).isTrue();
    window.giveBackBefore(CHUNK);
    assertThat(window.start()).isEqualTo(CHUNK);
    assertThat(window.isFull()).isFalse();
    fill(1);
    assertThat(window.at(4L * CHUNK).orElseThrow().bytes).isSameAs(first);
  }

  @Test
  void whereSomebodyMayStillReadWhatWasGivenBackItsMemoryIsNotUsedAgain() {
    fill(4);
    byte[] first = window.at(0).orElseThrow().bytes;
    window.neverRecycle();
    window.giveBackBefore(CHUNK);
    fill(1);
    assertThat(window.at(4L * CHUNK).orElseThrow().bytes).isNotSameAs(first);
    assertThat(first[0]).isZero();
  }

  @Test
  void aChunkThatIsBeingFilledStaysUntilTheEnd() {
    window.append(bytes(7, 1), 0, 7);
    window.giveBackBefore(7);
    assertThat(window.start()).isZero();
    window.close();
    window.giveBackBefore(7);
    assertThat(window.start()).isEqualTo(7);
  }

  @Test
  void itRestartsEmptyAtAPosition() {
    fill(2);
    window.restartAt(100);
    assertThat(window.start()).isEqualTo(100);
    assertThat(window.end()).isEqualTo(100);
    assertThat(window.at(100)).isEmpty();
    assertThat(window.firstEnd()).isEmpty();
    fill(1);
    assertThat(window.firstEnd()).contains(100L + CHUNK);
  }
}
