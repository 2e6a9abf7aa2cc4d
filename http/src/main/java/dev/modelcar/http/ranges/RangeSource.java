package dev.modelcar.http.ranges;

import dev.modelcar.http.HttpResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

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

  /**
   * What makes a response useless for as many bytes as were asked for, named by its header: it does
   * not say which bytes it has, or has encoded them. One of the right length is taken: its bytes
   * are verified.
   *
   * @param length how many bytes there should be
   */
  static Optional<String> useless(HttpResponse response, long length) {
    boolean partial =
        response.status() == 206 && response.headers().first("Content-Range").isEmpty();
    if (!partial && response.encoding().isEmpty()) {
      return Optional.empty();
    }
    if (response.headers().number("Content-Length").equals(OptionalLong.of(length))) {
      return Optional.empty();
    }
    return Optional.of(
        partial
            ? "returned 206 without Content-Range"
            : "compressed a response that must not be compressed (Content-Encoding: "
                + response.encoding()
                + ")");
  }

  /** The failure that it is when a response ends before its last byte. */
  IOException endedEarly();

  /** Ends all responses, wherever they are. */
  @Override
  void close();
}
