package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** Few bytes that are dear to compute: their size is known, they come when they are read. */
final class LazyContent extends DigestedContent {
  private final int size;
  private final Supplier<byte[]> source;
  private Optional<byte[]> bytes = Optional.empty();

  LazyContent(int size, Supplier<byte[]> source) {
    this.size = size;
    this.source = source;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    checkRange(from, to);
    out.write(computed(), (int) from, (int) (to - from));
  }

  private synchronized byte[] computed() {
    if (bytes.isEmpty()) {
      bytes = Optional.of(source.get());
    }
    return bytes.get();
  }
}
