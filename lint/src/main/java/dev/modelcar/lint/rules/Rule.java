package dev.modelcar.lint.rules;

import java.util.Locale;

/** A rule of the linter. Its id is in the catalogue of findings, and never changes. */
public enum Rule {
  // What a server does
  YAML_INVALID(Effect.REFUSED),
  YAML_ALIASES(Effect.REFUSED),
  REQUEST_TOO_LARGE(Effect.REFUSED),
  KEY_REPEATED(Effect.DROPPED),
  FIELD_DROPPED(Effect.DROPPED),
  FIELD_UNKNOWN(Effect.REFUSED),
  FIELD_TYPE(Effect.REFUSED),
  FIELD_REQUIRED(Effect.REFUSED),
  FIELD_VALUE(Effect.REFUSED),
  KIND_UNKNOWN(Effect.REFUSED),
  NAME_INVALID(Effect.REFUSED),
  METADATA_INVALID(Effect.REFUSED),
  NAME_REPEATED(Effect.REFUSED),
  STEP_INVALID(Effect.REFUSED),
  PARAM_INVALID(Effect.REFUSED),
  PARAM_UNDECLARED(Effect.REFUSED),
  VARIABLE_INVALID(Effect.REFUSED),
  RESULT_INVALID(Effect.REFUSED),
  WORKSPACE_INVALID(Effect.REFUSED),
  REFERENCE_INVALID(Effect.REFUSED),
  TASKS_INVALID(Effect.REFUSED),
  MATRIX_INVALID(Effect.REFUSED),
  WHEN_INVALID(Effect.REFUSED),
  TIMEOUTS_INVALID(Effect.REFUSED),
  RUN_INVALID(Effect.REFUSED),
  FEATURE_DISABLED(Effect.REFUSED),
  SERVING_INVALID(Effect.REFUSED),

  // What a server accepts, and what fails or hurts later
  WORKSPACE_UNDECLARED(Effect.RISK),
  VARIABLE_UNDECLARED(Effect.RISK),
  RESULT_UNDECLARED(Effect.RISK),
  RESULT_TYPE(Effect.RISK),
  PARAM_MISSING(Effect.RISK),
  PARAM_TYPE(Effect.RISK),
  PARAM_UNUSED(Effect.HINT),
  MATRIX_TYPE(Effect.RISK),
  WORKSPACE_UNBOUND(Effect.RISK),
  OVERRIDE_UNMATCHED(Effect.RISK),
  PARAM_IN_SCRIPT(Effect.RISK),
  IMAGE_NOT_PINNED(Effect.RISK),
  RESULT_BUDGET(Effect.RISK),
  TIMEOUT_MISSING(Effect.HINT),
  TIMEOUT_TOO_LONG(Effect.RISK),
  RESOURCES_MISSING(Effect.HINT),
  COMMAND_MISSING(Effect.HINT),
  CLAIMS_SEVERAL(Effect.RISK),
  MOUNT_UNDECLARED(Effect.RISK),
  FS_GROUP_FIXED(Effect.RISK),
  IDENTITY_MIXED(Effect.RISK),
  PRIVILEGED_CONTAINER(Effect.RISK),
  PUSH_MISSING(Effect.RISK),
  ARCHIVE_READERS(Effect.RISK),
  TRANSPORT_MISMATCH(Effect.RISK),
  SCRIPT_EXEC_BIT(Effect.RISK),
  SECRET_IN_CLEAR(Effect.RISK),
  API_DEPRECATED(Effect.HINT),
  SERVING_STORAGE(Effect.RISK),
  SERVING_NAME_LENGTH(Effect.RISK),
  SERVING_TRAFFIC(Effect.RISK),
  SERVING_MODEL_REPLACED(Effect.RISK),
  SERVING_FORMAT(Effect.RISK),
  RESOURCES_CONTRADICT(Effect.RISK),

  // What was not checked
  TEMPLATE_SKIPPED(Effect.NOTE),
  KIND_LEFT_ALONE(Effect.NOTE),
  FILE_SKIPPED(Effect.NOTE);

  private final Effect effect;

  Rule(Effect effect) {
    this.effect = effect;
  }

  /** What follows from a finding. */
  public enum Effect {
    /** The server refuses the object. */
    REFUSED,
    /** The server drops the field, with a warning or without; a strict request is refused. */
    DROPPED,
    /** The server accepts it. */
    RISK,
    /** The server accepts it, and it can be better. */
    HINT,
    /** Something was not checked. */
    NOTE
  }

  public Effect effect() {
    return effect;
  }

  /** {@code error}, {@code warning} or {@code info}. */
  public String severity() {
    return switch (effect) {
      case REFUSED, DROPPED -> "error";
      case RISK -> "warning";
      case HINT, NOTE -> "info";
    };
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
