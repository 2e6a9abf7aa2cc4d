package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory. */
final class BytesContent extends DigestedContent {
  private final byte[] bytes;

  BytesContent(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    checkRange(from, to);
    out.write(bytes, (int) from, (int) (to - from));
  }
}
