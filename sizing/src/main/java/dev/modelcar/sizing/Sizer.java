package dev.modelcar.sizing;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.SizingRequest.Engine;
import dev.modelcar.sizing.model.ModelFacts;
import dev.modelcar.sizing.model.SizingError;

/** Sizes models. */
public final class Sizer {
  private Sizer() {}

  /**
   * Sizes a model for an engine.
   *
   * @throws ModelcarException {@link SizingError} if the request does not suit the model: a degree
   *     of parallelism that does not divide it, an engine that cannot read it
   */
  public static Sizing size(ModelFacts facts, SizingRequest request) {
    return switch (facts) {
      case ModelFacts.Checkpoint checkpoint -> {
        if (request.engine().orElse(Engine.VLLM) == Engine.LLAMA_CPP) {
          throw new ModelcarException(
              SizingError.SIZING_ARCHITECTURE_UNKNOWN,
              "llama.cpp reads GGUF, and this model is in safetensors",
              "Size it for vLLM, or convert it to GGUF first.",
              null);
        }
        yield new VllmSizer(checkpoint, request).size();
      }
      case ModelFacts.Gguf gguf -> {
        if (request.engine().orElse(Engine.LLAMA_CPP) == Engine.VLLM) {
          throw new ModelcarException(
              SizingError.SIZING_ARCHITECTURE_UNKNOWN,
              "how vLLM loads GGUF is not known to this version",
              "Size it for llama.cpp, or use the safetensors of the model.",
              null);
        }
        yield new LlamaCppSizer(gguf, request).size();
      }
    };
  }
}
