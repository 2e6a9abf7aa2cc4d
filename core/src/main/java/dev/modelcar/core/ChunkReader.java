package dev.modelcar.core;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads content piece by piece without copying it: each piece lies in the reader's own memory. For
 * one thread.
 */
public interface ChunkReader extends Closeable {

  /**
   * The next piece, backed by an array; empty at the end of the content. It is valid until the next
   * call.
   */
  ByteBuffer next() throws IOException;

  @Override
  void close();
}
