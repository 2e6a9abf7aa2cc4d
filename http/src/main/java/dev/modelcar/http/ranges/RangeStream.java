package dev.modelcar.http.ranges;

import java.io.IOException;

/** The bytes of one answer. */
public interface RangeStream extends AutoCloseable {

  /**
   * Reads like {@link java.io.InputStream#read(byte[], int, int)}.
   *
   * @return how many bytes came; -1 if the answer is over
   */
  int read(byte[] buffer, int offset, int length) throws IOException;

  /** Whether the server ignored the range and sends the whole file, from its first byte on. */
  boolean isWholeFile();

  @Override
  void close();
}
