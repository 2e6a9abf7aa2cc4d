package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A few MiB that look like BF16 weights: near normal, small, about as compressible as real ones.
 * Read round and round, they are the weights of a model of any size at the speed of memory.
 */
final class WeightBlock {
  /**
   * Twice a prime, so that no power of two falls into step with it; even, so that values keep their
   * place; longer than the windows of gzip and of zstd's usual levels, which find no repetition.
   */
  private static final int LENGTH = 2 * 2_097_143;

  private static final int PIECE = 256 << 10;
  private static final double USUAL_WEIGHT = 0.02;

  /** The standard deviation of the sum of four numbers of 16 random bits. */
  private static final double DEVIATION_OF_SUM = 65536 / Math.sqrt(3);

  private static final double MEAN_OF_SUM = 2 * 65535.0;

  private final byte[] bytes = new byte[LENGTH];

  WeightBlock(long seed) {
    long state = seed;
    for (int i = 0; i < LENGTH; i += 2) {
      state += Mixer.STEP;
      long random = Mixer.mix(state);
      long sum =
          (random & 0xffff)
              + ((random >>> 16) & 0xffff)
              + ((random >>> 32) & 0xffff)
              + (random >>> 48);
      float weight = (float) ((sum - MEAN_OF_SUM) / DEVIATION_OF_SUM * USUAL_WEIGHT);
      int bits = Float.floatToRawIntBits(weight) >>> 16;
      bytes[i] = (byte) bits;
      bytes[i + 1] = (byte) (bits >>> 8);
    }
  }

  /** Where the weights of a file begin within the block. */
  static long start(long seed, String file) {
    return Math.floorMod(Mixer.mix(seed ^ Mixer.hash(file)), (long) LENGTH / 2) * 2;
  }

  /** Writes bytes of the endless repetition of this block. */
  void writeTo(OutputStream out, long from, long to) throws IOException {
    long position = from;
    while (position < to) {
      int within = (int) (position % LENGTH);
      int count = (int) Math.min(Math.min(PIECE, LENGTH - within), to - position);
      out.write(bytes, within, count);
      position += count;
    }
  }
}
