package dev.modelcar.http.ranges;

import java.io.IOException;

/** A remote file of known size that gives any range of its bytes. Used by several threads. */
public interface RangeSource extends AutoCloseable {

  /**
   * Asks for bytes once, without repeating anything.
   *
   * @param from the first byte
   * @param to behind the last byte
   * @throws TransientException if the same may work a little later
   * @throws dev.modelcar.http.TransportException if the connection failed
   * @throws dev.modelcar.core.ModelcarException if it will not work
   */
  RangeStream open(long from, long to) throws IOException;

  /** Ends all streams, wherever they are. */
  @Override
  void close();
}
