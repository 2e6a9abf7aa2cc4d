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
      "Write HOST[:PORT]/REPOSITORY[:TAG], oci:FOLDER[:TAG] or oci-archive:FILE[:TAG]."),
  TARGET_IS_DIGEST(
      REFUSED, false, "A digest is the outcome of a shipment: name a tag, or nothing for :latest."),
  TARGET_EXISTS(REFUSED, false, "Name another path, or remove what is there."),
  TARGET_NOT_WRITABLE(
      REFUSED, false, "Give the user that runs modelcar write permission, or name another place."),
  IMAGE_INVALID(REFUSED, false, "It is not an image that this command can read."),
  IMAGE_NOT_FOUND(NOT_FOUND, false, "Check the repository and the tag."),
  REGISTRY_UNAUTHORIZED(
      UNAUTHORIZED,
      false,
      "Log in with `modelcar login HOST`, or point REGISTRY_AUTH_FILE to an auth file."),
  REGISTRY_DENIED(
      UNAUTHORIZED,
      false,
      "The login works, but may not do this: ask for push permission on the repository, or create it."),
  REGISTRY_REPOSITORY_NOT_FOUND(
      NOT_FOUND,
      false,
      "Check its name, or create it (its project, its owner) in the registry first."),
  REGISTRY_TOO_LARGE(
      REFUSED,
      false,
      "A proxy or the registry limits the size of an upload: raise client_max_body_size or the registry's"
          + " layer limit."),
  REGISTRY_RATE_LIMITED(REMOTE, true, "Try again later, or lower --parallel."),
  REGISTRY_UNAVAILABLE(REMOTE, true, "Run the same command again; what has arrived is kept."),
  REGISTRY_PROTOCOL(
      REMOTE,
      false,
      "Check the host name and any proxy in between: the answer is not a registry's."),
  REGISTRY_REFUSED(
      REMOTE, false, "The registry gives its reason above; its administrator may know more."),
  REGISTRY_UPLOAD_LOST(
      REMOTE,
      true,
      "The registry forgets uploads: several replicas without a shared secret or storage do that."),
  REGISTRY_CONTENT_MISMATCH(
      VERIFICATION,
      true,
      "What the registry holds is not what was sent: run `modelcar verify --deep`, ask its administrator."),
  CREDENTIALS_INVALID(
      UNAUTHORIZED, false, "Repair the auth file, or log in again with `modelcar login`."),
  CREDENTIAL_HELPER_FAILED(
      UNAUTHORIZED, true, "Run the credential helper by hand to see why, or log in again.");

  private final ErrorSpec spec;

  OciError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
