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
import java.util.Optional;
import java.util.OptionalInt;

/** What a registry, or something in front of it, means by an answer that is not a success. */
public final class RegistryErrors {
  private RegistryErrors() {}

  /**
   * The error that a refusal is.
   *
   * @param registry such as {@code quay.io}
   * @param what was to be done, such as {@code pushing to quay.io/team/model}
   * @param asWhom which credentials were used
   */
  public static ModelcarException toException(
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

  /** A response that may be another one a little later. */
  public static TransientException mayPass(
      HttpResponse response, String registry, String what, Instant now) {
    String said = Refusal.read(response).said();
    return new TransientException(
            response.status() == 429
                ? OciError.REGISTRY_RATE_LIMITED
                : OciError.REGISTRY_UNAVAILABLE,
            "%s: %s returned %d%s"
                .formatted(what, registry, response.status(), said.isEmpty() ? "" : ": " + said),
            RetryAfter.of(response.headers(), now))
        .about(
            new FailedRequest(
                registry, Optional.empty(), Optional.empty(), OptionalInt.of(response.status())));
  }

  /** What a registry refuses that makes no repositories, or none of that name or owner. */
  public static ModelcarException noRepository(Refusal refusal, String what) {
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
  public static ModelcarException turnedAway(String registry, Refusal refusal) {
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
  public static ModelcarException perhapsTls(ModelcarException e) {
    return e.advising(
        "It was asked over plain HTTP: if it speaks TLS, leave out --plain-http or http://. "
            + e.hint());
  }

  /** A refusal that comes only once all bytes are there is seldom about rights. */
  public static ModelcarException notKept(ModelcarException e) {
    return e.advising(
        "The registry let the upload begin, took all bytes, and does not keep them: a quota, or a"
            + " limit for sizes, may be reached; else the login lacks the right to push.");
  }

  /** What a store refuses that a registry sends uploads to. */
  public static ModelcarException refusedElsewhere(String what, String said) {
    return new ModelcarException(
        OciError.REGISTRY_DENIED,
        what + ": " + said,
        "The store does not take the addresses that the registry gives for it. That is between the"
            + " two (keys, clocks); no credentials of yours are sent there.",
        null);
  }

  /** A layer that no request may carry. */
  public static ModelcarException tooLarge(
      String registry, String blob, long size, Refusal refusal) {
    return new ModelcarException(
        OciError.REGISTRY_TOO_LARGE,
        "%s refuses %s (%s) as too large (413%s)"
            .formatted(
                registry, blob, ByteSize.format(size), refusal.html() ? ", a proxy's page" : ""));
  }
}
