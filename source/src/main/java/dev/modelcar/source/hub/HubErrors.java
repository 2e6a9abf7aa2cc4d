package dev.modelcar.source.hub;

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

/**
 * What the Hub means by an answer that is not a success: by its status and {@code X-Error-Code},
 * not by its text, but for the two texts that have no code.
 */
final class HubErrors {
  private static final String DISABLED = "Access to this resource is disabled.";
  private static final String BAD_TOKEN = "Invalid credentials in Authorization header";

  private final HubHttp http;
  private final InstantSource clock;

  HubErrors(HubHttp http, InstantSource clock) {
    this.http = http;
    this.clock = clock;
  }

  /** The failure that an answer stands for to a request for a repository or a file of it. */
  IOException of(HttpResponse response, String repository) {
    String subject = "the repository " + repository;
    URI address = http.uri("/" + repository);
    FailedRequest request =
        FailedRequest.of(SafeUri.authority(address), repository, response.status());
    boolean withToken = http.hasToken();
    int status = response.status();
    String code = response.headers().first("X-Error-Code").orElse("");
    String text = response.headers().first("X-Error-Message").orElseGet(() -> body(response));
    if (response.mayPass()) {
      return new TransientException(
              status == 429 ? SourceError.HUB_RATE_LIMITED : SourceError.HUB_UNAVAILABLE,
              status == 429
                  ? "the Hub limits how much may be asked (429)"
                  : "the Hub answers %d for %s".formatted(status, subject),
              RetryAfter.of(response.headers(), clock.instant()))
          .about(request);
    }
    throw permanent(status, code, text, subject, address.toString(), withToken).about(request);
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
              subject + " does not exist, or this token may not see it");
      case "RevisionNotFound" ->
          new ModelcarException(
              SourceError.HUB_REVISION_NOT_FOUND, "the Hub has no such revision of " + subject);
      case "EntryNotFound" ->
          new ModelcarException(
              SourceError.HUB_ENTRY_NOT_FOUND, "the Hub does not find a file of " + subject);
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
                  SourceError.HUB_TOKEN_INVALID,
                  "the Hub does not accept the token that was sent for " + subject)
              : new ModelcarException(
                  SourceError.HUB_REPOSITORY_HIDDEN,
                  subject + " cannot be seen without a token (401)");
      case 403 ->
          new ModelcarException(
              withToken ? SourceError.HUB_TOKEN_FORBIDDEN : SourceError.HUB_REPOSITORY_HIDDEN,
              "the Hub refuses access to " + subject + " (403): " + quote(text));
      case 404 ->
          new ModelcarException(
              SourceError.HUB_REPOSITORY_NOT_FOUND, "the Hub does not find " + subject + " (404)");
      default ->
          new ModelcarException(
              status >= 500 ? SourceError.HUB_UNAVAILABLE : SourceError.HUB_PROTOCOL,
              "the Hub answers %d for %s: %s".formatted(status, subject, quote(text)));
    };
  }

  private static String body(HttpResponse response) {
    ErrorDocument document = ErrorDocument.read(response);
    return document.html()
        ? "a page of HTML"
        : document
            .json()
            .map(json -> Json.text(json, "error").orElse(""))
            .orElse(document.text().strip());
  }

  private static String quote(String text) {
    String line = ErrorDocument.oneLine(text);
    return line.isEmpty() ? "it gives no reason" : "\"" + line + "\"";
  }

  /** The answer is not what the Hub gives. */
  static ModelcarException protocol(String what) {
    return new ModelcarException(SourceError.HUB_PROTOCOL, what);
  }
}
