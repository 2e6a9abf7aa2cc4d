package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.util.Optional;

/** An upload into memory, whole or up to a limit beyond which nothing is kept. */
final class MemoryUpload extends BlobUpload {
  private final long mostKept;
  private SegmentedBytes bytes = new SegmentedBytes();
  private boolean tooLarge;

  MemoryUpload(long mostKept) {
    this.mostKept = mostKept;
  }

  @Override
  void append(byte[] source, int offset, int length) {
    if (!tooLarge && bytes.size() + length > mostKept) {
      abandon();
      tooLarge = true;
    }
    if (!tooLarge) {
      bytes.append(source, offset, length);
    }
  }

  @Override
  void truncate(long newSize) {
    if (!tooLarge) {
      bytes.truncate(newSize);
    }
  }

  @Override
  Optional<Content> content() {
    return tooLarge ? Optional.empty() : Optional.of(bytes);
  }

  @Override
  Optional<Content> keep(String digest) {
    return content();
  }

  @Override
  void abandon() {
    bytes = new SegmentedBytes();
  }
}
