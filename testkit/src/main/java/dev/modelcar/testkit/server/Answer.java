package dev.modelcar.testkit.server;

import dev.modelcar.testkit.net.Pace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The answer to one request: its head, its body, and what is to go wrong with it. */
final class Answer {
  /** A body of unknown length, sent in chunks. */
  static final long CHUNKED = -1;

  /** Another answer, sent instead of the handler's. */
  @FunctionalInterface
  private interface Replacement {
    void send() throws IOException;
  }

  private final Connection connection;
  private final boolean head;
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile int status;
  private Optional<AnswerStream> stream = Optional.empty();
  private boolean closing;
  private Pace pace = Pace.unlimited();
  private long interruptAfter = Long.MAX_VALUE;
  private Ending interruption = Ending.RESET;
  private Optional<Ending> lost = Optional.empty();
  private long lostAfter;
  private Duration delay = Duration.ZERO;
  private Optional<Replacement> replacement = Optional.empty();

  Answer(Connection connection, boolean head) {
    this.connection = connection;
    this.head = head;
  }

  void interrupt(long afterBytes, Ending ending) {
    interruptAfter = afterBytes;
    interruption = ending;
  }

  void lose(Ending ending, long afterBytes) {
    lost = Optional.of(ending);
    lostAfter = afterBytes;
  }

  void replace(int status, Headers headers, byte[] body) {
    replacement = Optional.of(() -> send(status, headers, body));
  }

  void delay(Duration duration) {
    delay = duration;
  }

  void pace(Pace pace) {
    this.pace = pace;
  }

  Pace pace() {
    return pace;
  }

  long interruptAfter() {
    return interruptAfter;
  }

  Ending interruption() {
    return interruption;
  }

  void bodyMoved(long bytes) {
    bytesSent.addAndGet(bytes);
  }

  long bytesSent() {
    return bytesSent.get();
  }

  /** The status sent; 0 before. */
  int status() {
    return status;
  }

  boolean isBegun() {
    return stream.isPresent();
  }

  void closeAfter() {
    closing = true;
  }

  /** Sends the head, and gives the stream for the body. */
  OutputStream begin(int newStatus, Headers headers, long length) throws IOException {
    checkNotBegun();
    if (lost.isPresent()) {
      byte[] begun = headBytes(newStatus, headers, length);
      connection.output().write(begun, 0, (int) Math.min(lostAfter, begun.length - 1));
      throw connection.end(lost.get());
    }
    if (delay.isPositive()) {
      connection.pause(delay);
    }
    if (replacement.isPresent()) {
      AnswerStream swallowed =
          new AnswerStream(connection, this, AnswerStream.Framing.ABSENT, length);
      stream = Optional.of(swallowed);
      return swallowed;
    }
    AnswerStream body = new AnswerStream(connection, this, framing(newStatus, length), length);
    stream = Optional.of(body);
    status = newStatus;
    connection.output().write(headBytes(newStatus, headers, length));
    return body;
  }

  /** Sends head and body together. */
  void send(int newStatus, Headers headers, byte[] body) throws IOException {
    boolean whole =
        lost.isEmpty()
            && delay.isZero()
            && replacement.isEmpty()
            && interruptAfter == Long.MAX_VALUE
            && framing(newStatus, body.length) == AnswerStream.Framing.FIXED
            && body.length <= pace.slice(body.length);
    if (!whole) {
      begin(newStatus, headers, body.length).write(body, 0, body.length);
      return;
    }
    checkNotBegun();
    stream =
        Optional.of(new AnswerStream(connection, this, AnswerStream.Framing.ABSENT, body.length));
    status = newStatus;
    bodyMoved(body.length);
    ByteArrayOutputStream message = new ByteArrayOutputStream(512 + body.length);
    message.writeBytes(headBytes(newStatus, headers, body.length));
    message.writeBytes(body);
    message.writeTo(connection.output());
  }

  private void checkNotBegun() {
    if (isBegun()) {
      throw new IllegalStateException("this request has an answer already");
    }
  }

  private AnswerStream.Framing framing(int newStatus, long length) {
    if (head || !mayHaveBody(newStatus)) {
      return AnswerStream.Framing.ABSENT;
    }
    return length == CHUNKED ? AnswerStream.Framing.CHUNKED : AnswerStream.Framing.FIXED;
  }

  private static boolean mayHaveBody(int status) {
    return status >= 200 && status != 204 && status != 304;
  }

  private byte[] headBytes(int newStatus, Headers headers, long length) {
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(newStatus).append(' ').append(Reasons.of(newStatus));
    text.append("\r\n");
    headers
        .fields()
        .forEach(
            field -> text.append(field.name()).append(": ").append(field.value()).append("\r\n"));
    if (length == CHUNKED) {
      text.append("Transfer-Encoding: chunked\r\n");
    } else if (mayHaveBody(newStatus) && !headers.has("Content-Length")) {
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    if (closing) {
      text.append("Connection: close\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Completes the answer; false if the connection cannot be used again. */
  boolean finish() throws IOException {
    if (replacement.isPresent()) {
      Replacement other = replacement.get();
      replacement = Optional.empty();
      stream = Optional.empty();
      other.send();
    }
    return stream.orElseThrow().finish() && !closing;
  }
}
