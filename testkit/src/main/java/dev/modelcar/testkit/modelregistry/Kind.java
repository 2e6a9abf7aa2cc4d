package dev.modelcar.testkit.modelregistry;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The kinds of entries, with the fields and states that they may have. */
@SuppressWarnings("ImmutableEnumChecker") // the sets do not change
enum Kind {
  MODEL(
      "registered_model",
      "RegisteredModelState",
      Set.of("LIVE", "ARCHIVED"),
      Set.of(
          "description",
          "owner",
          "provider",
          "license",
          "licenseLink",
          "libraryName",
          "maturity",
          "readme",
          "logo",
          "language",
          "tasks")),
  VERSION(
      "model_version",
      "ModelVersionState",
      Set.of("LIVE", "ARCHIVED"),
      Set.of("description", "author")),
  ARTIFACT(
      "model_artifact",
      "ArtifactState",
      Set.of(
          "UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"),
      Set.of(
          "description",
          "uri",
          "artifactType",
          "modelFormatName",
          "modelFormatVersion",
          "storageKey",
          "storagePath",
          "serviceAccountName",
          "modelSourceKind",
          "modelSourceClass",
          "modelSourceGroup",
          "modelSourceId",
          "modelSourceName")),
  ENVIRONMENT("serving_environment", "none", Set.of(), Set.of("description")),
  SERVED(
      "inference_service",
      "InferenceServiceState",
      Set.of("DEPLOYED", "UNDEPLOYED"),
      Set.of("description", "desiredState", "modelVersionId", "runtime", "servingEnvironmentId"));

  private final String word;
  private final String stateType;
  private final Set<String> states;
  private final Set<String> fields;

  Kind(String word, String stateType, Set<String> states, Set<String> fields) {
    this.word = word;
    this.stateType = stateType;
    this.states = states;
    this.fields = fields;
  }

  String path() {
    return word;
  }

  String words() {
    return word.replace('_', ' ');
  }

  boolean has(String field) {
    return fields.contains(field) || field.equals("externalId");
  }

  void checkState(String state) throws RefusedException {
    if (!states.contains(state)) {
      throw new RefusedException(400, state + " is not a valid " + stateType);
    }
  }

  String standardState() {
    return switch (this) {
      case ARTIFACT -> "UNKNOWN";
      case SERVED -> "DEPLOYED";
      default -> "LIVE";
    };
  }

  String stateField() {
    return this == SERVED ? "desiredState" : "state";
  }

  static Optional<Kind> of(String path) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(path)).findFirst();
  }
}
