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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A refusal, with the words of the answer.
 *
 * @param status of the answer
 * @param codes the error codes of its body, in order
 * @param text what it says, in one line that may be shown; of a page its title
 * @param digests that its body names
 * @param html whether a page came instead of a document
 */
public record Refusal(
    int status, List<String> codes, String text, List<Digest> digests, boolean html) {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  public boolean has(String code) {
    return codes.contains(code);
  }

  /** What it says, for messages; empty if it says nothing. */
  public String said() {
    return html ? "a page of HTML" + (text.isEmpty() ? "" : " (\"" + text + "\")") : text;
  }

  /** What it says, to be put behind a message; nothing where that is a page. */
  public String reason() {
    return html || text.isEmpty() ? "" : ": " + text;
  }

  public boolean saysBlobUnknown() {
    return has("MANIFEST_BLOB_UNKNOWN")
        || has("BLOB_UNKNOWN")
        || (has("MANIFEST_INVALID") && text.toLowerCase(Locale.ROOT).contains("unknown blob"));
  }

  /** Reads what an answer says; the answer may be closed afterwards. */
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
    return new Refusal(response.status(), codes, text, digests, document.html());
  }

  private static void readDocument(JsonNode json, List<String> codes, List<String> texts) {
    for (JsonNode error : json.path("errors")) {
      Json.text(error, "code").ifPresent(codes::add);
      StringBuilder text = new StringBuilder(Json.text(error, "message").orElse(""));
      JsonNode detail = error.path("detail");
      String said =
          detail.isTextual() ? detail.textValue() : Json.text(detail, "message").orElse("");
      if (!said.isEmpty() && !text.toString().contains(said)) {
        text.append(text.isEmpty() ? "" : ": ").append(said);
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
