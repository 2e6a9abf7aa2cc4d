package dev.modelcar.modelregistry;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.UNAUTHORIZED;
import static dev.modelcar.core.ErrorCategory.VERIFICATION;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of a Model Registry, and of what is registered there. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum ModelRegistryError implements ErrorCode {
  MODEL_REGISTRY_URL_INVALID(
      REFUSED,
      false,
      "Use the server's URL, such as https://HOST or http://HOST:8080; /api/model_registry/v1alpha3 is added."),
  MODEL_REGISTRY_UNAUTHORIZED(
      UNAUTHORIZED,
      false,
      "Name a file with a valid token in --token-file; on OpenShift, `oc whoami -t` prints one."),
  MODEL_REGISTRY_DENIED(
      UNAUTHORIZED,
      false,
      "Ask for access to the Model Registry: on OpenShift AI, a RoleBinding to its role registry-user-NAME."),
  MODEL_REGISTRY_NOT_FOUND(
      NOT_FOUND,
      false,
      "Check --model-registry: it takes the URL of the REST API's server, not that of a dashboard."),
  MODEL_REGISTRY_UNAVAILABLE(
      REMOTE, true, "Check the Model Registry and its database, then run the same command."),
  MODEL_REGISTRY_PROTOCOL(
      REMOTE,
      false,
      "Check --model-registry, and any proxy in front of it: the response does not come from a Model Registry."),
  MODEL_REGISTRY_REFUSED(REFUSED, false, "Change what the server's message names."),
  MODEL_REGISTRY_NAME_INVALID(
      REFUSED, false, "Use a shorter name, without line breaks and control characters."),
  MODEL_REGISTRY_AMBIGUOUS(
      REFUSED,
      false,
      "The names in the Model Registry are inconsistent: look for duplicates with `modelcar registry list`."),
  MODEL_REGISTRY_ENTRY_NOT_FOUND(
      NOT_FOUND, false, "Run `modelcar registry list` to see the models and versions that exist."),
  MODEL_REGISTRY_VERSION_CONFLICT(
      REFUSED,
      false,
      "Register the image under another version, or add --replace to let this version point to it."),
  MODEL_REGISTRY_ARCHIVED(
      REFUSED, false, "Restore it with `modelcar registry restore`, or use another name."),
  MODEL_REGISTRY_NOT_STORED(
      VERIFICATION,
      true,
      "Somebody else changed the same entry at the same time: run the same command again.");

  private final ErrorSpec spec;

  ModelRegistryError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
