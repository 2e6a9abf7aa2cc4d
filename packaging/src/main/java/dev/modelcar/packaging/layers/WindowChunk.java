package dev.modelcar.packaging.layers;

/** A stretch of the window of a {@link SharedRead}; filled once, then read by every target. */
final class WindowChunk {
  final long start;
  final byte[] bytes;
  int length;

  WindowChunk(long start, byte[] bytes) {
    this.start = start;
    this.bytes = bytes;
  }

  long end() {
    return start + length;
  }
}
