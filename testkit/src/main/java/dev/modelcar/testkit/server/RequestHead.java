package dev.modelcar.testkit.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request's first line and header fields. */
record RequestHead(String method, String target, boolean http11, Headers headers) {
  private static final int LONGEST_LINE = 32 << 10;
  private static final int MOST_FIELDS = 200;
  private static final int LARGEST_HEAD = 64 << 10;

  /** The length of a body that has no stated length. */
  static final long UNKNOWN = -1;

  /**
   * Reads the next head; nothing if the peer has left.
   *
   * @throws BadRequestException if it is malformed or too large
   */
  static Optional<RequestHead> read(SocketInput input) throws IOException {
    Optional<String> first = input.readLine(LONGEST_LINE);
    // A lone line break before a request is tolerated, as everywhere.
    while (first.isPresent() && first.get().isEmpty()) {
      first = input.readLine(LONGEST_LINE);
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String[] words = first.get().split(" ", -1);
    if (words.length != 3 || words[0].isEmpty() || words[1].isEmpty()) {
      throw new BadRequestException(400, "not a request line");
    }
    if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
      throw new BadRequestException(505, "not HTTP/1");
    }
    Headers headers = readFields(input);
    RequestHead head = new RequestHead(words[0], words[1], words[2].endsWith("1.1"), headers);
    head.checkFraming();
    return Optional.of(head);
  }

  /** Reads field lines up to and with the empty line that ends them. */
  static Headers readFields(SocketInput input) throws IOException {
    List<Headers.Field> fields = new ArrayList<>();
    int size = 0;
    while (true) {
      String line =
          input
              .readLine(LONGEST_LINE)
              .orElseThrow(() -> new BadRequestException(400, "the head ends in the middle"));
      if (line.isEmpty()) {
        return new Headers(fields);
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new BadRequestException(400, "not a header line");
      }
      size += line.length();
      if (fields.size() >= MOST_FIELDS || size > LARGEST_HEAD) {
        throw new BadRequestException(431, "the head is too large");
      }
      fields.add(
          new Headers.Field(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
    }
  }

  private void checkFraming() throws BadRequestException {
    Optional<String> encoding = headers.first("Transfer-Encoding");
    if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("chunked")) {
      throw new BadRequestException(501, "this transfer encoding is not known");
    }
    List<String> lengths =
        headers.fields().stream()
            .filter(field -> field.name().equalsIgnoreCase("Content-Length"))
            .map(Headers.Field::value)
            .distinct()
            .toList();
    boolean readable = lengths.stream().allMatch(value -> value.matches("\\d{1,18}"));
    if (!readable || lengths.size() > 1 || (encoding.isPresent() && !lengths.isEmpty())) {
      throw new BadRequestException(400, "the length of the body is not clear");
    }
  }

  /** The length of the body: 0 without one, {@link #UNKNOWN} if it comes in chunks. */
  long bodyLength() {
    if (headers.has("Transfer-Encoding")) {
      return UNKNOWN;
    }
    return headers.first("Content-Length").map(Long::parseLong).orElse(0L);
  }

  boolean expectsContinue() {
    return headers.first("Expect").map("100-continue"::equalsIgnoreCase).orElse(false);
  }

  /** Whether the peer wants to use the connection again. */
  boolean keepsAlive() {
    String connection = headers.first("Connection").orElse("").toLowerCase(Locale.ROOT);
    return http11 ? !connection.contains("close") : connection.contains("keep-alive");
  }
}
