package dev.modelcar.oci.registry.errors;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RetryAfter;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns responses of registries, and of proxies in front of them, into errors. */
public final class RegistryErrors {
  private RegistryErrors() {}

  /**
   * The error for a refusal.
   *
   * @param registry as {@code modelcar login} takes it
   * @param what was to be done, such as {@code pushing to quay.io/team/model}
   * @param credentialsUsed which credentials were used
   */
  public static ModelcarException toException(
      Refusal refusal, String registry, String what, String credentialsUsed) {
    String reason = reason(refusal, what);
    OciError code = code(refusal);
    return switch (code) {
      case REGISTRY_UNAUTHORIZED ->
          new ModelcarException(
              code,
              reason + " (" + credentialsUsed + ")",
              "Log in with `modelcar login "
                  + registry
                  + "`, or point REGISTRY_AUTH_FILE to an auth file with access.",
              null);
      case REGISTRY_DENIED ->
          credentialsUsed.equals(Credentials.Anonymous.DESCRIBED)
              ? new ModelcarException(
                  code,
                  reason + " (" + credentialsUsed + ")",
                  "No credentials were found; log in with `modelcar login " + registry + "`.",
                  null)
              : new ModelcarException(code, reason + " (" + credentialsUsed + ")");
      default ->
          refusal.status() == 405
              ? new ModelcarException(
                  code,
                  reason,
                  "The registry may be read-only: a mirror, or in maintenance. Push to another one, or"
                      + " try again later.",
                  null)
              : new ModelcarException(code, reason);
    };
  }

  private static String reason(Refusal refusal, String what) {
    String description = refusal.description();
    return what
        + (refusal.status() < 400 ? " was answered with " : " was refused with ")
        + refusal.status()
        + (refusal.codes().isEmpty() ? "" : " " + String.join(", ", refusal.codes()))
        + (description.isEmpty() ? "" : ": " + description);
  }

  /** A response that may succeed a little later. */
  public static TransientException transientFailure(
      HttpResponse response, String registry, String what, Instant now) {
    String description = Refusal.read(response).description();
    return new TransientException(
            response.status() == 429
                ? OciError.REGISTRY_RATE_LIMITED
                : OciError.REGISTRY_UNAVAILABLE,
            "%s: %sreturned %d%s"
                .formatted(
                    what,
                    what.endsWith(" " + registry) ? "it " : registry + " ",
                    response.status(),
                    description.isEmpty() ? "" : ": " + description),
            RetryAfter.of(response.headers(), now))
        .about(
            new FailedRequest(
                registry, Optional.empty(), Optional.empty(), OptionalInt.of(response.status())));
  }

  /** The repository does not exist and is not created on push. */
  public static ModelcarException noRepository(Refusal refusal, String what) {
    return new ModelcarException(OciError.REGISTRY_REPOSITORY_NOT_FOUND, reason(refusal, what));
  }

  private static OciError code(Refusal refusal) {
    if (refusal.has("TOOMANYREQUESTS") || refusal.status() == 429) {
      return OciError.REGISTRY_RATE_LIMITED;
    }
    if (refusal.saysFull()) {
      return OciError.REGISTRY_FULL;
    }
    if (refusal.saysReadOnly()) {
      return OciError.REGISTRY_READ_ONLY;
    }
    if (refusal.status() >= 500 || refusal.status() == 408) {
      return OciError.REGISTRY_UNAVAILABLE;
    }
    return switch (refusal.status()) {
      case 401 -> refusal.lacksScope() ? OciError.REGISTRY_DENIED : OciError.REGISTRY_UNAUTHORIZED;
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

  /** A refusal without a challenge. */
  public static ModelcarException notAdmitted(String registry, Refusal refusal) {
    String description = refusal.text().isEmpty() ? "" : ": " + refusal.text();
    return refusal.status() == 401
        ? new ModelcarException(
            OciError.REGISTRY_UNAUTHORIZED,
            "GET /v2/ on %s returned 401 without WWW-Authenticate%s"
                .formatted(registry, description),
            "Check the proxy in front of the registry: it may strip WWW-Authenticate, or require a"
                + " login of its own.",
            null)
        : new ModelcarException(
            OciError.REGISTRY_DENIED,
            "GET /v2/ on %s returned 403%s".formatted(registry, description),
            "An allowlist, firewall or proxy blocks this machine.",
            null);
  }

  /** A login of a kind that is not known here. */
  public static ModelcarException unsupported(
      String registry, List<String> schemes, String what, int status) {
    return new ModelcarException(
        OciError.REGISTRY_UNAUTHORIZED,
        "%s was refused with %d: %s wants a login by %s, which modelcar does not support"
            .formatted(what, status, registry, String.join(" or ", schemes)),
        "Use an address of the registry that takes a user name and a password or a token (Basic or"
            + " Bearer); the proxy in front of it may be who wants this login.",
        null);
  }

  /** The same failure, with the hint that the server may require TLS. */
  public static ModelcarException mayBeTls(ModelcarException e) {
    return e.advising(
        "The request used plain HTTP; if the server speaks TLS, omit --plain-http or http://, or write"
            + " https:// before the reference. "
            + e.hint());
  }

  /** A refusal after all data was accepted is seldom about permissions. */
  public static ModelcarException notKept(ModelcarException e) {
    return e.advising(
        "The registry accepted all data but refused to store it: check quotas and size limits, then"
            + " push permissions.");
  }

  /** A storage backend rejects the upload URLs of its registry. */
  public static ModelcarException refusedByStore(String what, String description) {
    return new ModelcarException(
        OciError.REGISTRY_DENIED,
        what + ": " + description,
        "The storage backend rejects the upload URLs that the registry issues: check the registry's"
            + " storage keys and clock. Your credentials are not sent there.",
        null);
  }

  /** A layer exceeds the limit of requests. */
  public static ModelcarException tooLarge(
      String registry, String blob, long size, Refusal refusal) {
    return new ModelcarException(
        OciError.REGISTRY_TOO_LARGE,
        "%s refused %s (%s) as too large (413%s)"
            .formatted(
                registry,
                blob,
                ByteSize.format(size),
                refusal.html() ? " with an HTML page, probably from a proxy" : ""));
  }
}
