package dev.modelcar.sizing.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model as far as memory is concerned.
 *
 * @param name of its class, such as {@code LlamaForCausalLM}
 * @param type as {@code model_type} says it
 * @param caches what its layers keep, in their order; a layer may have none or several
 * @param draft what each layer of its own draft head (MTP) keeps
 * @param draftLayers how many of these it has
 * @param context tokens that it was made for; empty if its config does not say
 * @param dtype of its activations, as an engine loads it
 * @param kvDtype of its cache, if its config demands one
 * @param quantization method of its weights
 * @param weightBlock the multiple in which quantized weights can be divided; 1: any
 * @param multimodal whether it has an encoder for images or sound
 * @param assumptions what its config does not say and was assumed, in sentences
 */
public record Architecture(
    String name,
    String type,
    Dimensions dimensions,
    Optional<Experts> experts,
    List<LayerCache> caches,
    LayerCache draft,
    int draftLayers,
    OptionalLong context,
    ElementType dtype,
    Optional<ElementType> kvDtype,
    Optional<String> quantization,
    int weightBlock,
    boolean multimodal,
    List<String> assumptions) {

  public Architecture {
    caches = List.copyOf(caches);
    assumptions = List.copyOf(assumptions);
  }

  /** The usual numbers. */
  public record Dimensions(
      int layers,
      int hidden,
      int intermediate,
      int heads,
      int kvHeads,
      int headSize,
      long vocabulary,
      boolean tiedEmbeddings) {}

  /** A mixture of experts. */
  public record Experts(int count, int perToken, int intermediate) {}

  /** Whether some layers keep a state instead of tokens. */
  public boolean isHybrid() {
    return caches.stream().anyMatch(cache -> cache instanceof LayerCache.State);
  }
}
