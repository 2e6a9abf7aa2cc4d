package dev.modelcar.testkit.server;

import dev.modelcar.testkit.net.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The body of an answer on its way out; arrays go to the socket as they are, without a copy. */
final class AnswerStream extends OutputStream {
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** How the end of the body shows. */
  enum Framing {
    /** There is none: HEAD, 204, 304. What is written is thrown away. */
    ABSENT,
    FIXED,
    CHUNKED
  }

  private final Connection connection;
  private final Framing framing;
  private final long length;
  private final Answer answer;
  private boolean finished;
  private long written;

  AnswerStream(Connection connection, Answer answer, Framing framing, long length) {
    this.connection = connection;
    this.answer = answer;
    this.framing = framing;
    this.length = length;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    if (framing == Framing.ABSENT || count == 0) {
      return;
    }
    if (framing == Framing.FIXED && written + count > length) {
      throw new IllegalStateException("more than the " + length + " bytes announced");
    }
    int from = offset;
    int end = offset + count;
    while (from < end) {
      long beforeInterruption = answer.interruptAfter() - written;
      if (beforeInterruption <= 0) {
        throw connection.end(answer.interruption());
      }
      Pace pace = answer.pace();
      int slice = pace.slice((int) Math.min(end - from, beforeInterruption));
      writeSlice(source, from, slice);
      from += slice;
      pace.moved(slice);
    }
  }

  private void writeSlice(byte[] source, int offset, int count) throws IOException {
    // Counted before it is written: whoever has read the bytes finds them counted.
    written += count;
    answer.bodyMoved(count);
    if (framing == Framing.FIXED) {
      connection.output().write(source, offset, count);
      return;
    }
    connection.send(Integer.toHexString(count) + "\r\n");
    connection.output().write(source, offset, count);
    connection.output().write(LINE_END);
  }

  /** Ends the body; false if it is shorter than announced, so that the connection is of no use. */
  boolean finish() throws IOException {
    if (framing != Framing.ABSENT && written >= answer.interruptAfter()) {
      throw connection.end(answer.interruption());
    }
    if (framing == Framing.CHUNKED && !finished) {
      connection.output().write(LAST_CHUNK);
    }
    finished = true;
    return framing != Framing.FIXED || written == length;
  }

  @Override
  public void close() throws IOException {
    if (framing == Framing.CHUNKED && !finished) {
      finish();
    }
  }
}
