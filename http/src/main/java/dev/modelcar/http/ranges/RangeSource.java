package dev.modelcar.http.ranges;

import dev.modelcar.http.HttpResponse;
import java.io.IOException;

/** A remote file of known size that gives any range of its bytes. Used by several threads. */
public interface RangeSource extends AutoCloseable {

  /** What is being done, for messages, such as {@code reading model.safetensors}. */
  String what();

  /**
   * Asks for bytes once, without repeating anything.
   *
   * @param from the first byte
   * @param to behind the last byte
   * @return 206 with these bytes, or 200 with the whole file, from its first byte on
   * @throws dev.modelcar.http.TransientException if the same may work a little later
   * @throws dev.modelcar.http.TransportException if the connection failed
   * @throws dev.modelcar.core.ModelcarException if it will not work
   */
  HttpResponse open(long from, long to) throws IOException;

  /** The failure that it is when a response ends before its last byte. */
  IOException endedEarly();

  /** Ends all responses, wherever they are. */
  @Override
  void close();
}
