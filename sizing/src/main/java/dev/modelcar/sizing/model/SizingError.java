package dev.modelcar.sizing.model;

import static dev.modelcar.core.ErrorCategory.REFUSED;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of sizing a model. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum SizingError implements ErrorCode {
  SIZING_CONFIG_INVALID(
      "Correct config.json at its source: sizes follow from it, and so does what vLLM allocates."),
  SIZING_CONFIG_MISSING(
      "Name a model that has a config.json beside its weights, or a GGUF file; with --include, select it."),
  SIZING_ARCHITECTURE_UNKNOWN(
      "This version of modelcar does not know what the model keeps for each token: start the engine and read its log."),
  SIZING_ADAPTER("Size the base model; an adapter adds little to it."),
  SIZING_NO_MODEL("Name an image that holds a model below /models, as `modelcar ship` builds it."),
  SIZING_AMBIGUOUS("Select one of them with --include."),
  SIZING_NOT_GENERATIVE("Only models that generate text have a KV cache to size."),
  SIZING_GPU_UNKNOWN("Name one of the known GPUs, or give its memory with --gpu-memory."),
  SIZING_PARALLEL_INVALID("Use one of the degrees that divide, or let modelcar choose.");

  private final ErrorSpec spec;

  SizingError(String hint) {
    this.spec = new ErrorSpec(REFUSED, false, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
