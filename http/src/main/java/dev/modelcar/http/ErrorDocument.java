package dev.modelcar.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of an error response: JSON, plain text, or the HTML page of a proxy.
 *
 * @param text the body, as far as it could be read
 * @param html whether it is an HTML page
 */
public record ErrorDocument(String text, boolean html) {
  private static final int MAX_BYTES = 256 << 10;
  private static final int MAX_SHOWN = 300;
  private static final Pattern TITLE = Pattern.compile("(?is)<title>([^<]{1,200})</title>");

  /** Reads the body; the response may be closed afterwards. */
  public static ErrorDocument read(HttpResponse response) {
    String text;
    try {
      text = new String(response.bytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      text = "";
    }
    return of(response, text);
  }

  /**
   * What a response said, without the secrets that were sent to it.
   *
   * @param body as far as it was read
   */
  public static ErrorDocument of(HttpResponse response, String body) {
    return new ErrorDocument(
        response.secrets().hide(body), response.isHtml() || body.stripLeading().startsWith("<"));
  }

  /** The body, if it is an object in JSON. */
  public Optional<JsonNode> json() {
    try {
      return Optional.of(Json.parse(text)).filter(JsonNode::isObject);
    } catch (InvalidJsonException e) {
      return Optional.empty();
    }
  }

  /** The title of a page; empty if it has none. */
  public String title() {
    Matcher title = TITLE.matcher(text);
    return title.find() ? title.group(1) : "";
  }

  /**
   * A server's message in one line that may be shown. Addresses lose their queries: they may be
   * upload sessions or signed links; what looks like credentials is left out.
   */
  public static String oneLine(String said) {
    String line =
        Secrets.hideAny(said)
            .replaceAll("\\?[^\\s\"']{8,}", "?…")
            .replaceAll("\\s+", " ")
            .replaceAll("\\p{Cntrl}", "?")
            .strip();
    return line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line;
  }
}
