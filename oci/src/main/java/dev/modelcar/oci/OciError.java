package dev.modelcar.oci;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.UNAUTHORIZED;
import static dev.modelcar.core.ErrorCategory.VERIFICATION;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of targets, images, registries and their credentials. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum OciError implements ErrorCode {
  TARGET_INVALID(
      REFUSED,
      false,
      "Use HOST[:PORT]/REPOSITORY[:TAG], oci:FOLDER[:TAG] or oci-archive:FILE[:TAG]."),
  TARGET_IS_DIGEST(
      REFUSED, false, "Name a tag, or omit it for :latest; the digest is the result of shipping."),
  TARGET_EXISTS(REFUSED, false, "Choose another path, or remove what is there."),
  TARGET_NOT_WRITABLE(
      REFUSED, false, "Grant the user that runs modelcar write access, or choose another path."),
  IMAGE_INVALID(REFUSED, false, "Use a container image with an OCI or Docker schema 2 manifest."),
  IMAGE_NOT_FOUND(NOT_FOUND, false, "Check the repository and the tag."),
  REGISTRY_UNAUTHORIZED(
      UNAUTHORIZED,
      false,
      "Log in with `modelcar login HOST`, or point REGISTRY_AUTH_FILE to an auth file."),
  REGISTRY_DENIED(
      UNAUTHORIZED,
      false,
      "The login works but lacks permission: request push access to the repository, or create it."),
  REGISTRY_REPOSITORY_NOT_FOUND(
      NOT_FOUND,
      false,
      "Check the name, or create the repository (or its project or owner) in the registry first."),
  REGISTRY_TOO_LARGE(
      REFUSED,
      false,
      "Raise the upload limit of the registry, or of the proxy in front of it (nginx:"
          + " client_max_body_size)."),
  REGISTRY_FULL(
      REMOTE,
      false,
      "Delete images that nobody needs (`modelcar tags`, `modelcar rm`), or have the quota of the"
          + " project, or the registry's storage, raised."),
  REGISTRY_READ_ONLY(
      REMOTE, true, "Wait for the end of the registry's maintenance, or push to another registry."),
  REGISTRY_RATE_LIMITED(REMOTE, true, "Try again later, or lower --parallel."),
  REGISTRY_UNAVAILABLE(
      REMOTE, true, "Run the same command again; a shipment goes on where it stopped."),
  REGISTRY_PROTOCOL(
      REMOTE,
      false,
      "Check the host name and any proxy in between; the response does not come from a registry."),
  REGISTRY_REFUSED(
      REMOTE, false, "See the reason above; the administrator of the registry may know more."),
  REGISTRY_UPLOAD_LOST(
      REMOTE,
      true,
      "Check the registry: replicas that do not share storage and http.secret lose uploads."),
  REGISTRY_UPLOAD_UNREACHABLE(
      REMOTE,
      false,
      "Set the external URL of the registry (distribution: http.host or http.relativeurls; Harbor:"
          + " external_url; GitLab: registry_external_url; Gitea: ROOT_URL; Nexus: Base URL), and have"
          + " the proxy in front of it forward Host and X-Forwarded-Proto."),
  REGISTRY_CONTENT_MISMATCH(
      VERIFICATION,
      true,
      "Run `modelcar verify --deep`, and report the result to the administrator of the registry."),
  CREDENTIALS_INVALID(
      UNAUTHORIZED, false, "Repair the auth file, or log in again with `modelcar login`."),
  CREDENTIAL_HELPER_FAILED(
      UNAUTHORIZED, true, "Run the credential helper manually to see why, or log in again.");

  private final ErrorSpec spec;

  OciError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
