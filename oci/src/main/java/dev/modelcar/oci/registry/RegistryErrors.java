package dev.modelcar.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry, or something in front of it, means by an answer that is not a success. */
final class RegistryErrors {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private RegistryErrors() {}

  /**
   * A refusal, with the words of the answer.
   *
   * @param status of the answer
   * @param codes the error codes of its body, in order
   * @param text what it says, in one line that may be shown; of a page its title
   * @param digests that its body names
   * @param html whether a page came instead of a document
   */
  record Refusal(int status, List<String> codes, String text, List<Digest> digests, boolean html) {
    boolean has(String code) {
      return codes.contains(code);
    }

    /** What it says, for messages; empty if it says nothing. */
    String said() {
      return html ? "a page of HTML" + (text.isEmpty() ? "" : " (\"" + text + "\")") : text;
    }

    /** What it says, to be put behind a message; nothing where that is a page. */
    String reason() {
      return html || text.isEmpty() ? "" : ": " + text;
    }

    boolean saysBlobUnknown() {
      return has("MANIFEST_BLOB_UNKNOWN")
          || has("BLOB_UNKNOWN")
          || (has("MANIFEST_INVALID") && text.toLowerCase(Locale.ROOT).contains("unknown blob"));
    }
  }

  /** Reads what an answer says; the answer may be closed afterwards. */
  static Refusal read(HttpResponse response) {
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

  /**
   * The error that a refusal is.
   *
   * @param registry such as {@code quay.io}
   * @param what was to be done, such as {@code pushing to quay.io/team/model}
   * @param asWhom which credentials were used
   */
  static ModelcarException toException(
      Refusal refusal, String registry, String what, String asWhom) {
    String reason = reason(refusal, what);
    OciError code = code(refusal);
    return switch (code) {
      case REGISTRY_UNAUTHORIZED ->
          new ModelcarException(
              code,
              reason + " (" + asWhom + ")",
              "Log in with `modelcar login "
                  + registry
                  + "`, or point REGISTRY_AUTH_FILE to an auth file that may do this.",
              null);
      case REGISTRY_DENIED ->
          asWhom.equals(Credentials.Anonymous.DESCRIBED)
              ? new ModelcarException(
                  code,
                  reason + " (" + asWhom + ")",
                  "Nobody was logged in: `modelcar login " + registry + "`.",
                  null)
              : new ModelcarException(code, reason + " (" + asWhom + ")");
      default ->
          refusal.status() == 405
              ? new ModelcarException(
                  code,
                  reason,
                  "The registry may be read-only: a mirror, or one in maintenance. Push to another,"
                      + " or wait until it takes images again.",
                  null)
              : new ModelcarException(code, reason);
    };
  }

  private static String reason(Refusal refusal, String what) {
    String said = refusal.said();
    return what
        + " was refused with "
        + refusal.status()
        + (refusal.codes().isEmpty() ? "" : " " + String.join(", ", refusal.codes()))
        + (said.isEmpty() ? "" : ": " + said);
  }

  /** What a registry refuses that makes no repositories, or none of that name or owner. */
  static ModelcarException noRepository(Refusal refusal, String what) {
    return new ModelcarException(OciError.REGISTRY_REPOSITORY_NOT_FOUND, reason(refusal, what));
  }

  private static OciError code(Refusal refusal) {
    if (refusal.has("TOOMANYREQUESTS") || refusal.status() == 429) {
      return OciError.REGISTRY_RATE_LIMITED;
    }
    if (refusal.status() >= 500 || refusal.status() == 408) {
      return OciError.REGISTRY_UNAVAILABLE;
    }
    return switch (refusal.status()) {
      case 401 -> OciError.REGISTRY_UNAUTHORIZED;
      case 403 -> OciError.REGISTRY_DENIED;
      case 404 ->
          refusal.has("NAME_UNKNOWN")
              ? OciError.REGISTRY_REPOSITORY_NOT_FOUND
              : refusal.codes().isEmpty() ? OciError.REGISTRY_PROTOCOL : OciError.IMAGE_NOT_FOUND;
      case 413 -> OciError.REGISTRY_TOO_LARGE;
      case 405 -> OciError.REGISTRY_REFUSED;
      default ->
          refusal.html() || refusal.codes().isEmpty()
              ? OciError.REGISTRY_PROTOCOL
              : OciError.REGISTRY_REFUSED;
    };
  }

  /** Who is not let in, and not asked for credentials either. */
  static ModelcarException turnedAway(String registry, Refusal refusal) {
    String said = refusal.text().isEmpty() ? "" : ": " + refusal.text();
    return refusal.status() == 401
        ? new ModelcarException(
            OciError.REGISTRY_UNAUTHORIZED,
            "%s answers 401 to /v2/ and does not say which credentials it wants%s"
                .formatted(registry, said),
            "A registry names its way of logging in (WWW-Authenticate); a proxy in front of it may"
                + " have taken that away, or asks for a login of its own.",
            null)
        : new ModelcarException(
            OciError.REGISTRY_DENIED,
            "%s answers 403 to /v2/ without asking for credentials%s".formatted(registry, said),
            "Something lets this machine not in, whoever asks: a list of allowed addresses, a"
                + " firewall, a proxy.",
            null);
  }

  /** The same failure, with the guess that plain HTTP met a server that wants TLS. */
  static ModelcarException perhapsTls(ModelcarException e) {
    return e.advising(
        "It was asked over plain HTTP: if it speaks TLS, leave out --plain-http or http://. "
            + e.hint());
  }

  /** A refusal that comes only once all bytes are there is seldom about rights. */
  static ModelcarException notKept(ModelcarException e) {
    return e.advising(
        "The registry let the upload begin, took all bytes, and does not keep them: a quota, or a"
            + " limit for sizes, may be reached; else the login lacks the right to push.");
  }

  /** What a store refuses that a registry sends uploads to. */
  static ModelcarException refusedElsewhere(String what, String said) {
    return new ModelcarException(
        OciError.REGISTRY_DENIED,
        what + ": " + said,
        "The store does not take the addresses that the registry gives for it. That is between the"
            + " two (keys, clocks); no credentials of yours are sent there.",
        null);
  }

  /** A layer that no request may carry. */
  static ModelcarException tooLarge(String registry, String blob, long size, Refusal refusal) {
    return new ModelcarException(
        OciError.REGISTRY_TOO_LARGE,
        "%s refuses %s (%s) as too large (413%s)"
            .formatted(
                registry, blob, ByteSize.format(size), refusal.html() ? ", a proxy's page" : ""));
  }
}
