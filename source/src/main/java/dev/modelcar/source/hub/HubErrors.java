package dev.modelcar.source.hub;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RetryAfter;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Turns responses of the Hub into errors: by status and {@code X-Error-Code}, and by text for two
 * errors without a code.
 */
record HubErrors(HubHttp http, InstantSource clock) {
  private static final String DISABLED = "Access to this resource is disabled.";
  private static final String BAD_TOKEN = "Invalid credentials in Authorization header";

  /** The failure of a request for a repository or one of its files. */
  IOException of(HttpResponse response, String repository) {
    String subject = "the repository " + repository;
    URI address = http.uri("/" + repository);
    FailedRequest request =
        FailedRequest.of(SafeUri.authority(address), repository, response.status());
    boolean withToken = http.hasToken();
    int status = response.status();
    String code = response.headers().first("X-Error-Code").orElse("");
    String text = response.headers().first("X-Error-Message").orElseGet(() -> body(response));
    if (response.isTransientFailure()) {
      return new TransientException(
              status == 429 ? SourceError.HUB_RATE_LIMITED : SourceError.HUB_UNAVAILABLE,
              status == 429
                  ? "the Hub's rate limit is exceeded (429)"
                  : "the Hub returned %d for %s".formatted(status, subject),
              RetryAfter.of(response.headers(), clock.instant()))
          .about(request);
    }
    ModelcarException failure =
        permanent(status, code, text, subject, address.toString(), withToken);
    throw (withToken ? failure : withTokenProblem(failure)).about(request);
  }

  /** Where access was denied, a token that is set and unusable is the likely reason. */
  private ModelcarException withTokenProblem(ModelcarException failure) {
    Optional<String> problem = http.settings().tokenProblem();
    return problem.isEmpty() || failure.code().category() != ErrorCategory.UNAUTHORIZED
        ? failure
        : new ModelcarException(
            failure.code(),
            failure.getMessage() + "; " + problem.get(),
            "Set it to the bare token (hf_…): no quotes, no blanks, no \"Bearer\".",
            failure);
  }

  private static ModelcarException permanent(
      int status, String code, String text, String subject, String address, boolean withToken) {
    if (text.equals(DISABLED)) {
      return new ModelcarException(
          SourceError.HUB_DISABLED, subject + " is disabled: \"" + text + "\"");
    }
    return switch (code) {
      case "RepoNotFound" ->
          new ModelcarException(
              SourceError.HUB_REPOSITORY_NOT_FOUND,
              subject + " does not exist, or the token has no access to it");
      case "RevisionNotFound" ->
          new ModelcarException(
              SourceError.HUB_REVISION_NOT_FOUND, "the revision does not exist in " + subject);
      case "EntryNotFound" ->
          new ModelcarException(
              SourceError.HUB_ENTRY_NOT_FOUND, "a listed file is missing from " + subject);
      case "GatedRepo" ->
          new ModelcarException(
              SourceError.HUB_GATED,
              subject
                  + (status == 401 || !withToken
                      ? " is gated, and no token was sent"
                      : " is gated: " + quote(text)),
              "Accept its terms at " + address + " and set HF_TOKEN to a token of that account.",
              null);
      default -> byStatus(status, text, subject, withToken);
    };
  }

  private static ModelcarException byStatus(
      int status, String text, String subject, boolean withToken) {
    return switch (status) {
      case 401 ->
          text.contains(BAD_TOKEN) || withToken
              ? new ModelcarException(
                  SourceError.HUB_TOKEN_INVALID, "the Hub rejected the token for " + subject)
              : new ModelcarException(
                  SourceError.HUB_REPOSITORY_HIDDEN,
                  subject + " is not visible without a token (401)");
      case 403 ->
          new ModelcarException(
              withToken ? SourceError.HUB_TOKEN_FORBIDDEN : SourceError.HUB_REPOSITORY_HIDDEN,
              "the Hub denied access to " + subject + " (403): " + quote(text));
      case 404 ->
          new ModelcarException(
              SourceError.HUB_REPOSITORY_NOT_FOUND, subject + " does not exist on the Hub (404)");
      default ->
          new ModelcarException(
              status >= 500 ? SourceError.HUB_UNAVAILABLE : SourceError.HUB_PROTOCOL,
              "the Hub returned %d for %s: %s".formatted(status, subject, quote(text)));
    };
  }

  private static String body(HttpResponse response) {
    ErrorDocument document = ErrorDocument.read(response);
    return document.html()
        ? "an HTML page"
        : document
            .json()
            .map(json -> Json.text(json, "error").orElse(""))
            .orElse(document.text().strip());
  }

  private static String quote(String text) {
    String line = ErrorDocument.oneLine(text);
    return line.isEmpty() ? "no reason given" : "\"" + line + "\"";
  }

  /** The response does not come from the Hub. */
  static ModelcarException protocol(String what) {
    return new ModelcarException(SourceError.HUB_PROTOCOL, what);
  }
}
