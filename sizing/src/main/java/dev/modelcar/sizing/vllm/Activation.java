package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.model.Architecture;

/**
 * What vLLM needs besides weights and cache, as a range.
 *
 * @param low bytes at least
 * @param bytes that are counted with
 * @param high bytes at most
 * @param source where the numbers come from
 */
public record Activation(long low, long bytes, long high, String source) {
  /**
   * What a forward pass leaves beside the logits, for each token and number of its hidden state.
   */
  private static final double HIDDEN = 2.56;

  private static final long LONGEST_UNCHUNKED = 32_768;

  static Activation of(Architecture architecture, VllmSetup setup) {
    VllmVersion version = setup.version();
    Architecture.Dimensions dimensions = architecture.dimensions();
    long tokens = setup.batchedTokens();
    if (version.isFirstEngine() && setup.context() <= LONGEST_UNCHUNKED) {
      tokens = Math.max(tokens, setup.context());
    }
    int gpus = setup.tensorParallel();
    long experts =
        architecture
            .experts()
            .filter(e -> !architecture.quantization().orElse("").equals("mxfp4"))
            .map(e -> workspace(e, dimensions.hidden(), setup.batchedTokens(), gpus))
            .orElse(0L);
    long wide = architecture.experts().isPresent() ? 0 : 3L * dimensions.intermediate() / gpus;
    long base = VllmVersion.mebibytes(version.keepsWorkspace() ? 100 : 35);
    if (version.isFirstEngine()) {
      base = VllmVersion.mebibytes(256);
    }
    long forward = tokens * 2 * (wide + 3L * dimensions.hidden()) + experts + base;
    long logits = Math.min(setup.sequences(), tokens) * dimensions.vocabulary();
    long sampling =
        logits * version.bytesPerLogit()
            + (long) (HIDDEN * tokens * dimensions.hidden())
            + base
            + (version.keepsWorkspace() ? experts : 0);
    if (version.isFirstEngine()) {
      sampling = logits * Float.BYTES * 2 + base;
    }
    long peak = Math.max(forward, sampling);
    long encoder = architecture.multimodal() ? VllmVersion.mebibytes(130) : 0;
    return new Activation(
        (long) (peak * 0.7),
        peak + encoder,
        (long) (peak * 1.4) + 4 * encoder,
        "the larger of one forward pass and the sampling of tokens, with constants from peaks that vLLM %s logged on H100 (published runs of llm-d-planner)"
            .formatted(version.keepsWorkspace() ? "0.17 to 0.19" : "0.11 to 0.16"));
  }

  /** The buffers between the two halves of experts. */
  private static long workspace(Architecture.Experts experts, int hidden, long tokens, int gpus) {
    long part = Math.max(1, experts.intermediate() / gpus);
    return tokens * experts.perToken() * 2 * (Math.max(2 * part, hidden) + part);
  }
}
