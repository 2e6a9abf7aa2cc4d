package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Several contents one after another. */
final class JoinedContent extends DigestedContent {
  private final List<Content> parts;
  private final long size;
  private final Optional<String> identity;

  JoinedContent(List<Content> parts, String identity) {
    this.parts = List.copyOf(parts);
    this.size = parts.stream().mapToLong(Content::size).sum();
    this.identity = Optional.of(identity);
  }

  @Override
  Optional<String> identity() {
    return identity;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    checkRange(from, to);
    long start = 0;
    for (Content part : parts) {
      long partFrom = Math.max(0, from - start);
      long partTo = Math.min(part.size(), to - start);
      if (partFrom < partTo) {
        part.writeTo(out, partFrom, partTo);
      }
      start += part.size();
    }
  }
}
