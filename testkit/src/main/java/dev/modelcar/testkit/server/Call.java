package dev.modelcar.testkit.server;

import dev.modelcar.testkit.net.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One request and the way to answer it, or to fail it. Belongs to the thread that handles it; what
 * the request said and how far it has come may be asked by others.
 *
 * <p>A handler answers once, or ends the connection. When it returns without reading a small body,
 * the server reads the rest; after a larger one the connection is closed.
 */
public final class Call {
  private final Connection connection;
  private final RequestHead head;
  private final BodyStream body;
  private final Answer answer;

  Call(Connection connection, RequestHead head, SocketInput input) {
    this.connection = connection;
    this.head = head;
    this.body = new BodyStream(input, connection, head);
    this.answer = new Answer(connection, head.method().equals("HEAD"));
  }

  /** {@code GET}, {@code PUT} and so on. */
  public String method() {
    return head.method();
  }

  /** The request target as it was sent: path and query. */
  public String target() {
    return head.target();
  }

  /** The path as it was sent, not decoded. */
  public String path() {
    int question = target().indexOf('?');
    return question < 0 ? target() : target().substring(0, question);
  }

  /** What stands behind the question mark, not decoded; empty without one. */
  public String rawQuery() {
    int question = target().indexOf('?');
    return question < 0 ? "" : target().substring(question + 1);
  }

  /** The decoded value of the first query parameter with this name. */
  public Optional<String> query(String name) {
    return Arrays.stream(rawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> decode(pair[0]).equals(name))
        .map(pair -> pair.length == 2 ? decode(pair[1]) : "")
        .findFirst();
  }

  /** The decoded values of all query parameters with this name, in order. */
  public List<String> queries(String name) {
    return Arrays.stream(rawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> decode(pair[0]).equals(name))
        .map(pair -> pair.length == 2 ? decode(pair[1]) : "")
        .toList();
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** The value of the first header field with this name. */
  public Optional<String> header(String name) {
    return head.headers().first(name);
  }

  public Headers headers() {
    return head.headers();
  }

  /** A number for the connection, so that tests can see which requests shared one. */
  public long connection() {
    return connection.number();
  }

  /** The body; always the same stream. Asking for its first byte sends {@code 100 Continue}. */
  public InputStream body() {
    return body;
  }

  /** The length of the body; 0 without one, -1 if it comes in chunks. */
  public long bodyLength() {
    return head.bodyLength();
  }

  /** How many bytes of the body have been read. */
  public long bodyBytesRead() {
    return body.count();
  }

  /**
   * The rest of the body.
   *
   * @throws IOException if it is longer than the limit, or the connection breaks
   */
  public byte[] readBody(int limit) throws IOException {
    byte[] bytes = body.readNBytes(limit);
    if (bytes.length == limit && body.read() >= 0) {
      throw new IOException("a body of more than " + limit + " bytes");
    }
    return bytes;
  }

  /** The status that was sent; 0 before. */
  public int status() {
    return answer.status();
  }

  /** How many bytes of the answer's body were sent, without framing. */
  public long bytesSent() {
    return answer.bytesSent();
  }

  /** Answers with a body; for HEAD only its length is told. */
  public void respond(int status, Headers headers, byte[] content) throws IOException {
    decideToClose();
    answer.send(status, headers, content);
  }

  /**
   * Answers without a body. Its length is told as 0, unless the headers tell one; that is for HEAD.
   */
  public void respond(int status, Headers headers) throws IOException {
    respond(status, headers, new byte[0]);
  }

  /** Answers with a body of known length, to be written now. Less than that breaks the answer. */
  public OutputStream stream(int status, Headers headers, long length) throws IOException {
    decideToClose();
    return answer.begin(status, headers, length);
  }

  /** Answers with a body of unknown length, in chunks: one for each write. */
  public OutputStream streamChunked(int status, Headers headers) throws IOException {
    decideToClose();
    return answer.begin(status, headers, Answer.CHUNKED);
  }

  private void decideToClose() {
    if (!head.keepsAlive() || body.isUnrequested() || body.knownRest() > Connection.MOST_DRAINED) {
      answer.closeAfter();
    }
  }

  /** Says something before the answer (1xx), asked for or not. */
  public void inform(int status) throws IOException {
    connection.send("HTTP/1.1 " + status + " " + Reasons.of(status) + "\r\nX-Info: yes\r\n\r\n");
  }

  /** Writes bytes as they are, in place of an answer; the connection ends after it. */
  public void raw(byte[] bytes) throws IOException {
    connection.endAfterHandler();
    connection.output().write(bytes);
  }

  /** Announces and does the end of the connection after the answer. */
  public void closeAfter() {
    answer.closeAfter();
  }

  /** Ends the connection at once with a TCP reset. */
  public void reset() {
    connection.endNow(Ending.RESET);
  }

  /** Ends the connection without an answer, or in the middle of one, with a FIN. */
  public void drop() {
    connection.endNow(Ending.DROP);
  }

  /** Keeps the connection open and silent until the server is closed or the peer leaves. */
  public void hang() {
    connection.endNow(Ending.HANG);
  }

  /** Ends the connection so. */
  public void end(Ending ending) {
    connection.endNow(ending);
  }

  /** Ends the connection so, as soon as that many bytes of the body have been read. */
  public void interruptBody(long afterBytes, Ending ending) {
    body.interrupt(afterBytes, ending);
  }

  /** Ends the connection so, when that many bytes of the answer's body have been sent. */
  public void interruptAnswer(long afterBytes, Ending ending) {
    answer.interrupt(afterBytes, ending);
  }

  /**
   * Ends the connection so when the handler answers: the request counts, the answer is lost but for
   * the first bytes of its head.
   */
  public void loseAnswer(Ending ending, long afterBytes) {
    answer.lose(ending, afterBytes);
  }

  /** Sends this in place of what the handler answers: the request counts, but nobody knows. */
  public void replaceAnswer(int status, Headers headers, byte[] content) {
    answer.replace(status, headers, content);
  }

  /** Waits for so long before the answer is sent, when everything else has been done. */
  public void delayAnswer(Duration duration) {
    answer.delay(duration);
  }

  /** Reads the body no faster than this. */
  public void paceBody(Pace pace) {
    body.pace(pace);
  }

  /** Sends the answer's body no faster than this. */
  public void paceAnswer(Pace pace) {
    answer.pace(pace);
  }

  boolean isAnswered() {
    return answer.isBegun();
  }

  BodyStream bodyStream() {
    return body;
  }

  Answer answer() {
    return answer;
  }
}
