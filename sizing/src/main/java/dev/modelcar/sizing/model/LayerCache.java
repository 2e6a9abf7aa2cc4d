package dev.modelcar.sizing.model;

/** What one layer keeps of the tokens before. Sizes are numbers, not bytes, unless they say so. */
public sealed interface LayerCache {

  /** Keys and values of all tokens: MHA, GQA and MQA. */
  record Full(int kvHeads, int keySize, int valueSize) implements LayerCache {}

  /** Keys and values of the last tokens only. */
  record Sliding(int kvHeads, int keySize, int valueSize, int window) implements LayerCache {}

  /** Keys and values of the chunk that a token is in. */
  record Chunked(int kvHeads, int keySize, int valueSize, int chunk) implements LayerCache {}

  /** One compressed vector for all heads of a token (MLA), not divided among GPUs. */
  record Latent(int size) implements LayerCache {}

  /** The keys by which sparse attention selects tokens, in bytes; not divided among GPUs. */
  record Indexer(int bytesPerToken) implements LayerCache {}

  /** Keys and values of the encoder's output. */
  record Cross(int kvHeads, int size, int encoderTokens) implements LayerCache {}

  /**
   * A layer of DeepSeek-V4: the last tokens, and all tokens compressed.
   *
   * @param ratio tokens per compressed one; 0: none are kept
   */
  record Compressed(int ratio, int headSize, int window, int indexSize) implements LayerCache {}

  /**
   * A state of fixed size: Mamba, linear attention, gated delta net, short convolution.
   *
   * @param name of the kind
   * @param channels of the convolution without those of groups; divided among GPUs
   * @param groups whose channels come on top: two times {@code groupWidth} each
   * @param taps rows that the convolution keeps
   * @param recurrent numbers of the recurrent state; divided among GPUs
   * @param heads that the state consists of, which GPUs have to divide
   */
  record State(
      String name,
      long channels,
      int groups,
      int groupWidth,
      int taps,
      long recurrent,
      int heads,
      ElementType convolutionType,
      ElementType recurrentType)
      implements LayerCache {}
}
