package dev.modelcar.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;

/** Passes bytes on, one of them inverted. */
final class FlippingStream extends OutputStream {
  private final OutputStream out;

  /** How many bytes come before the one to flip; negative when it is past. */
  private long left;

  FlippingStream(OutputStream out, long offset) {
    this.out = out;
    this.left = offset;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(left == 0 ? ~b : b);
    left--;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (left >= 0 && left < length) {
      byte[] copy = new byte[length];
      System.arraycopy(source, offset, copy, 0, length);
      copy[(int) left] = (byte) ~copy[(int) left];
      out.write(copy);
    } else {
      out.write(source, offset, length);
    }
    left -= length;
  }
}
