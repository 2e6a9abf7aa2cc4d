package dev.modelcar.oci.registry.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response that is not a success.
 *
 * @param status of the response
 * @param codes its error codes, in order
 * @param text its message, in one line that may be shown; for a page its title
 * @param digests that its body names
 * @param html whether it is an HTML page
 * @param lacksScope whether the login was taken, but allows too little (RFC 6750, section 3.1)
 */
public record Refusal(
    int status,
    List<String> codes,
    String text,
    List<Digest> digests,
    boolean html,
    boolean lacksScope) {
  private static final Set<Integer> OF_STORAGE = Set.of(400, 403, 409, 412, 413, 507);
  private static final Pattern FULL =
      Pattern.compile(
          "(?i)\\bquota\\b(?!.*\\b(?:requests?|rate)\\b)|of storage resource.*exceed"
              + "|storage limit|insufficient storage|no space left");
  private static final Pattern READ_ONLY =
      Pattern.compile("(?i)\\bread[- ]?only(?: mode)?\\b|maintenance mode");
  private static final String TOO_LITTLE = "insufficient_scope";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  public boolean has(String code) {
    return codes.contains(code);
  }

  /** Its message; may be empty. */
  public String description() {
    return html ? "an HTML page" + (text.isEmpty() ? "" : " (\"" + text + "\")") : text;
  }

  /** Its message, to append to another one; empty for a page. */
  public String reason() {
    return html || text.isEmpty() ? "" : ": " + text;
  }

  /** Whether it is about room, whatever its status: registries refuse with any. */
  public boolean saysFull() {
    return status == 507 || (!html && OF_STORAGE.contains(status) && FULL.matcher(text).find());
  }

  public boolean saysReadOnly() {
    return !html && (status == 403 || status == 405) && READ_ONLY.matcher(text).find();
  }

  public boolean saysBlobUnknown() {
    return has("MANIFEST_BLOB_UNKNOWN")
        || has("BLOB_UNKNOWN")
        || (has("MANIFEST_INVALID") && text.toLowerCase(Locale.ROOT).contains("unknown blob"));
  }

  /** Reads the body; the response may be closed afterwards. */
  public static Refusal read(HttpResponse response) {
    ErrorDocument document = ErrorDocument.read(response);
    List<String> codes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<Digest> digests = new ArrayList<>();
    Matcher digest = DIGEST.matcher(document.text());
    while (digest.find()) {
      Digest.parse(digest.group()).ifPresent(digests::add);
    }
    if (document.html()) {
      texts.add(document.title());
    } else {
      document
          .json()
          .ifPresentOrElse(
              json -> readDocument(json, codes, texts), () -> texts.add(document.text()));
    }
    String text = ErrorDocument.oneLine(String.join("; ", texts));
    boolean lacksScope =
        response.headers().all("WWW-Authenticate").stream()
            .anyMatch(field -> field.contains(TOO_LITTLE));
    return new Refusal(response.status(), codes, text, digests, document.html(), lacksScope);
  }

  private static void readDocument(JsonNode json, List<String> codes, List<String> texts) {
    for (JsonNode error : json.path("errors")) {
      Json.text(error, "code").map(ErrorDocument::oneLine).ifPresent(codes::add);
      StringBuilder text = new StringBuilder(Json.text(error, "message").orElse(""));
      JsonNode detail = error.path("detail");
      String description =
          detail.isTextual() ? detail.textValue() : Json.text(detail, "message").orElse("");
      if (!description.isEmpty() && !text.toString().contains(description)) {
        text.append(text.isEmpty() ? "" : ": ").append(description);
      }
      texts.add(text.toString());
    }
    if (texts.isEmpty()) {
      for (String key : List.of("details", "message", "error_description", "error")) {
        Optional<String> text = Json.text(json, key);
        if (text.isPresent()) {
          texts.add(text.get());
          return;
        }
      }
    }
  }
}
