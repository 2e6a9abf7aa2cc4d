package dev.modelcar.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and writes JSON. Reading is strict: one document, no duplicate keys, bounded depth, and
 * numbers of bounded length. Writing is compact and keeps the order of insertion, so the same
 * document always has the same bytes.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(64)
                          .maxStringLength(32 << 20)
                          .maxNameLength(1 << 20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final JsonMapper OF_PYTHON =
      MAPPER.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** Controls and format characters that JSON may contain as they are. */
  private static final Pattern OBEYED = Pattern.compile("[\\x7f-\\x9f\\p{Cf}\\x{2028}\\x{2029}]");

  private Json() {}

  /** The input is not JSON; the message names the position, not the content. */
  public static final class InvalidJsonException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidJsonException(String message) {
      super(message);
    }
  }

  /** Reads one document. */
  public static JsonNode parse(byte[] bytes) throws InvalidJsonException {
    return parse(bytes, 0, bytes.length);
  }

  /** Reads one document from a part of an array. */
  public static JsonNode parse(byte[] bytes, int offset, int length) throws InvalidJsonException {
    return parse(MAPPER, bytes, offset, length);
  }

  /**
   * Reads one document that Python may have written: its {@code json} writes {@code Infinity} and
   * {@code NaN}, which JSON does not have and configs of models do.
   */
  public static JsonNode parseOfPython(byte[] bytes) throws InvalidJsonException {
    return parse(OF_PYTHON, bytes, 0, bytes.length);
  }

  private static JsonNode parse(JsonMapper mapper, byte[] bytes, int offset, int length)
      throws InvalidJsonException {
    try {
      JsonNode node = mapper.readTree(bytes, offset, length);
      if (node == null || node.isMissingNode()) {
        throw new InvalidJsonException("the document is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new InvalidJsonException(reason(e));
    } catch (InvalidJsonException e) {
      throw e;
    } catch (IOException | StackOverflowError e) {
      throw new InvalidJsonException("it cannot be decoded as text");
    }
  }

  public static JsonNode parse(String text) throws InvalidJsonException {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String reason(JsonProcessingException e) {
    var location = e.getLocation();
    String reason =
        e.getOriginalMessage().contains("Duplicate field") ? "a duplicate key" : "a syntax error";
    return location == null
        ? reason
        : reason + " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Compact bytes in UTF-8. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree that cannot be written", e);
    }
  }

  /**
   * Indented text for people, without a final line break. What a terminal would obey is escaped, as
   * are the characters that change the direction of text.
   */
  public static String pretty(JsonNode node) {
    return OBEYED.matcher(node.toPrettyString()).replaceAll(match -> escaped(match.group()));
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining());
  }

  /** The text under a key, if there is one and it is text. */
  public static Optional<String> text(JsonNode node, String key) {
    JsonNode value = node.get(key);
    return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /** The whole number under a key, if there is one that fits a long. */
  public static OptionalLong number(JsonNode node, String key) {
    JsonNode value = node.get(key);
    return value != null && value.isIntegralNumber() && value.canConvertToLong()
        ? OptionalLong.of(value.longValue())
        : OptionalLong.empty();
  }

  /** The texts of an object under a key, sorted; entries that are not text are left out. */
  public static SortedMap<String, String> texts(JsonNode node, String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    JsonNode value = node.get(key);
    if (value != null && value.isObject()) {
      for (Iterator<Map.Entry<String, JsonNode>> it = value.properties().iterator();
          it.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = it.next();
        if (entry.getValue().isTextual()) {
          texts.put(entry.getKey(), entry.getValue().textValue());
        }
      }
    }
    return texts;
  }
}
