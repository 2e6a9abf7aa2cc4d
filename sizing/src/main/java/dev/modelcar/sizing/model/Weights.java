package dev.modelcar.sizing.model;

import dev.modelcar.packaging.weights.TensorInfo;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a model as an engine holds them.
 *
 * @param tensors of the language model and its encoders
 * @param draft tensors of its own draft head (MTP), which is loaded only to speculate
 * @param largestFile in bytes
 */
public record Weights(List<TensorInfo> tensors, List<TensorInfo> draft, long largestFile) {
  private static final Pattern DRAFT = Pattern.compile("(?:^|.*\\.)mtp(?:\\.|_).*|.*\\.nextn\\..*");
  private static final Pattern LAYER =
      Pattern.compile("^(?:language_model\\.|model\\.|text_model\\.)*layers\\.(\\d+)\\..*");

  /** Whatever is computed with on every GPU: norms, routers, what MLA compresses to. */
  private static final Pattern REPLICATED =
      Pattern.compile(
          ".*(?:norm|\\.mlp\\.gate\\.|\\.gate\\.(?:weight|e_score)|router|q_a_proj|kv_a_proj|indexer|position_emb|wpe|patch_embed"
              + "|shared_expert_gate|dt_bias|A_log|[a-z_]+_proj\\.bias$).*");

  private static final Pattern EMBEDDING =
      Pattern.compile(".*(?:embed_tokens|wte|word_embeddings|lm_head|embed_out).*");

  private static final Pattern KEY_VALUE = Pattern.compile(".*\\.(?:k_proj|v_proj|wk|wv)\\..*");
  private static final Pattern SCALE =
      Pattern.compile(".*(?:scale|scale_inv|A_log|bias|zeros|scales)$");
  private static final Pattern EXPERT = Pattern.compile(".*experts\\..*(?:_blocks|_scales)$");
  private static final int MXFP4_MULTIPLE = 256;

  public Weights {
    tensors = List.copyOf(tensors);
    draft = List.copyOf(draft);
  }

  /** Separates the draft head: by name, or as layers after the last one. */
  static Weights of(List<TensorInfo> all, int layers, long largestFile) {
    return new Weights(
        all.stream().filter(tensor -> !isDraft(tensor, layers)).toList(),
        all.stream().filter(tensor -> isDraft(tensor, layers)).toList(),
        largestFile);
  }

  private static boolean isDraft(TensorInfo tensor, int layers) {
    Matcher layer = LAYER.matcher(tensor.name());
    return DRAFT.matcher(tensor.name()).matches()
        || (layer.matches()
            && layer.group(1).length() < 6
            && Integer.parseInt(layer.group(1)) >= layers);
  }

  /** The number of text layers that names of tensors show. */
  static int layers(List<TensorInfo> tensors) {
    return tensors.stream()
        .map(tensor -> LAYER.matcher(tensor.name()))
        .filter(layer -> layer.matches() && layer.group(1).length() < 6)
        .mapToInt(layer -> Integer.parseInt(layer.group(1)) + 1)
        .max()
        .orElse(0);
  }

  /** As stored. */
  public long bytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  public long elements() {
    return tensors.stream().mapToLong(TensorInfo::elements).sum();
  }

  /** What most of the weights are stored as, if an engine computes with it. */
  static Optional<ElementType> stored(List<TensorInfo> tensors) {
    long half = bytesOf(tensors, "F16");
    long brain = bytesOf(tensors, "BF16");
    return half + brain == 0
        ? Optional.empty()
        : Optional.of(half > brain ? ElementType.FLOAT16 : ElementType.BFLOAT16);
  }

  private static long bytesOf(List<TensorInfo> tensors, String dtype) {
    return tensors.stream()
        .filter(tensor -> tensor.dtype().equals(dtype))
        .mapToLong(TensorInfo::bytes)
        .sum();
  }

  /**
   * The bytes on each GPU.
   *
   * @param gpus among which each layer is divided (tensor parallelism)
   * @param drafting whether the draft head is loaded, too
   */
  public long bytesPerGpu(Architecture architecture, int gpus, boolean drafting) {
    long sum = 0;
    for (TensorInfo tensor : tensors) {
      sum += onGpu(architecture, tensor, gpus);
    }
    for (TensorInfo tensor : drafting ? draft : List.<TensorInfo>of()) {
      // A draft head uses the model's embeddings.
      sum += EMBEDDING.matcher(tensor.name()).matches() ? 0 : onGpu(architecture, tensor, gpus);
    }
    return sum;
  }

  /** The bytes that every GPU holds a copy of. */
  public long replicatedBytes() {
    return tensors.stream()
        .filter(tensor -> REPLICATED.matcher(tensor.name()).matches())
        .mapToLong(TensorInfo::bytes)
        .sum();
  }

  private static long onGpu(Architecture architecture, TensorInfo tensor, int gpus) {
    String name = tensor.name();
    Architecture.Dimensions dimensions = architecture.dimensions();
    if (dimensions.tiedEmbeddings() && name.contains("lm_head")) {
      return 0;
    }
    long bytes = tensor.bytes();
    if (tensor.dtype().equals("F32") && !SCALE.matcher(name).matches()) {
      bytes = tensor.elements() * architecture.dtype().bytes();
    }
    if (REPLICATED.matcher(name).matches()) {
      return bytes;
    }
    if (KEY_VALUE.matcher(name).matches() && dimensions.kvHeads() < gpus) {
      return Math.ceilDiv(bytes, dimensions.kvHeads());
    }
    if (architecture.quantization().orElse("").equals("mxfp4") && EXPERT.matcher(name).matches()) {
      long size = architecture.experts().map(Architecture.Experts::intermediate).orElse(1);
      long part = Math.ceilDiv(size, gpus);
      long padded = Math.ceilDiv(part, MXFP4_MULTIPLE) * MXFP4_MULTIPLE;
      return (long) (bytes * ((double) padded / size));
    }
    return Math.ceilDiv(bytes, gpus);
  }
}
