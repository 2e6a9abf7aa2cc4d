package dev.modelcar.testkit.model;

import java.nio.charset.StandardCharsets;

/** Numbers that look random but are the same on every machine: the steps of SplitMix64. */
final class Mixer {
  /** What to add to the state before each {@link #mix}. */
  static final long STEP = 0x9E3779B97F4A7C15L;

  private Mixer() {}

  static long mix(long state) {
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** FNV-1a of the text. */
  static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001B3L;
    }
    return hash;
  }
}
