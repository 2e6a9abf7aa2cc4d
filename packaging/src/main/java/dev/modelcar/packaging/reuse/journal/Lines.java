package dev.modelcar.packaging.reuse.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The form of all that the journal writes: a line is a checksum (CRC-32C of what follows, 8 hex
 * digits), a blank, and a JSON document on one line.
 */
final class Lines {
  /** Longer ones are nobody's. */
  private static final int LONGEST = 1 << 20;

  private static final int CHECKSUM = 8;

  private Lines() {}

  /**
   * What was read of a file.
   *
   * @param documents those that can be believed
   * @param bytes how many bytes they take from the beginning on
   * @param damaged whether something that was whole once is not any more; a last line that is cut
   *     short is not damage, but the trace of a process that was killed
   */
  record Content(List<JsonNode> documents, long bytes, boolean damaged) {}

  static byte[] line(JsonNode document) {
    byte[] json = Json.bytes(document);
    byte[] checksum = (checksum(json, 0, json.length) + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] line = new byte[checksum.length + json.length + 1];
    System.arraycopy(checksum, 0, line, 0, checksum.length);
    System.arraycopy(json, 0, line, checksum.length, json.length);
    line[line.length - 1] = '\n';
    return line;
  }

  static Content parse(byte[] bytes) {
    List<JsonNode> documents = new ArrayList<>();
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        return new Content(documents, start, false);
      }
      Optional<JsonNode> document = document(bytes, start, end);
      if (document.isEmpty()) {
        return new Content(documents, start, true);
      }
      documents.add(document.get());
      start = end + 1;
    }
    return new Content(documents, start, false);
  }

  private static Optional<JsonNode> document(byte[] bytes, int start, int end) {
    int json = start + CHECKSUM + 1;
    if (json > end || end - start > LONGEST || bytes[json - 1] != ' ') {
      return Optional.empty();
    }
    String told = new String(bytes, start, CHECKSUM, StandardCharsets.US_ASCII);
    if (!told.equals(checksum(bytes, json, end - json))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parse(bytes, json, end - json)).filter(JsonNode::isObject);
    } catch (Json.InvalidJsonException e) {
      return Optional.empty();
    }
  }

  private static String checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
