package dev.modelcar.sizing.llamacpp;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.GgufContents;
import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.sizing.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A GGUF model in llama.cpp, on all GPUs together.
 *
 * @param weightBytes that lie on GPUs: embeddings stay with the processor
 * @param fullBytes of layers that keep all tokens
 * @param slidingBytes of layers that keep the last ones
 * @param recurrentBytes of layers that keep a state
 * @param bytesPerToken for one more token in every slot
 * @param computeBytes of buffers for what is computed
 * @param trainedContext tokens that the model was made for
 */
public record LlamaCppSize(
    String architecture,
    int layers,
    long weightBytes,
    long fullBytes,
    long slidingBytes,
    long recurrentBytes,
    double bytesPerToken,
    long computeBytes,
    Optional<Long> trainedContext,
    List<String> assumptions) {

  /** Types of a cache: so many numbers take so many bytes. */
  private static final Map<String, int[]> TYPES =
      Map.of(
          "f32", new int[] {1, 4},
          "f16", new int[] {1, 2},
          "bf16", new int[] {1, 2},
          "q8_0", new int[] {32, 34},
          "q5_1", new int[] {32, 24},
          "q5_0", new int[] {32, 22},
          "q4_1", new int[] {32, 20},
          "q4_0", new int[] {32, 18},
          "iq4_nl", new int[] {32, 18});

  /** Cells are allocated in multiples of this. */
  private static final long CELLS = 256;

  /** Every how many layers one sees all tokens. */
  private static final Map<String, Integer> PATTERNS =
      Map.ofEntries(
          Map.entry("gemma2", 2),
          Map.entry("gpt-oss", 2),
          Map.entry("gemma3", 6),
          Map.entry("gemma3n", 5),
          Map.entry("cohere2", 4),
          Map.entry("exaone4", 4),
          Map.entry("olmo2", 4),
          Map.entry("afmoe", 4),
          Map.entry("smallthinker", 4),
          Map.entry("llama4", 4));

  private static final List<String> DELTA_NETS =
      List.of("qwen3next", "qwen35", "qwen35moe", "olmo-hybrid");
  private static final List<String> STATES_ONLY = List.of("mamba", "mamba2", "rwkv6", "rwkv7");
  private static final int STATE_BYTES = 4;
  private static final int MOST_HEADS = 65_536;
  private static final Pattern ENCODERS = Pattern.compile(".*bert.*|t5encoder|.*-embedding|clip");

  public static List<String> types() {
    return TYPES.keySet().stream().sorted().toList();
  }

  public long cacheBytes() {
    return fullBytes + slidingBytes + recurrentBytes;
  }

  /**
   * Sizes a model.
   *
   * @param context tokens of each slot
   */
  public static LlamaCppSize of(
      String name,
      GgufContents contents,
      Weights weights,
      long context,
      int slots,
      String keyType,
      String valueType,
      int ubatch) {
    return new Reader(new GgufValues(name, contents), context, slots, keyType, valueType, ubatch)
        .read(weights);
  }

  /** The tokens that a model was made for, by its header. */
  public static Optional<Long> context(String name, GgufContents contents) {
    GgufValues values = new GgufValues(name, contents);
    return values.has("context_length")
        ? Optional.of(values.required("context_length", 1L << 30))
        : Optional.empty();
  }

  private static final class Reader {
    private final GgufValues values;
    private final long context;
    private final int slots;
    private final String keyType;
    private final String valueType;
    private final int ubatch;
    private final int layers;
    private final int own;
    private final long heads;
    private final long hidden;
    private final List<String> assumptions = new ArrayList<>();

    Reader(
        GgufValues values, long context, int slots, String keyType, String valueType, int ubatch) {
      this.values = values;
      this.context = context;
      this.slots = slots;
      this.keyType = keyType;
      this.valueType = valueType;
      this.ubatch = ubatch;
      if (ENCODERS.matcher(values.architecture()).matches()) {
        throw new ModelcarException(
            SizingError.SIZING_NOT_GENERATIVE,
            "%s has no KV cache: it does not generate text".formatted(values.architecture()));
      }
      int blocks = (int) values.required("block_count", 2048);
      long drafting = values.whole("nextn_predict_layers").orElse(0);
      this.layers = (int) Math.max(1, blocks - drafting);
      this.own = (int) Math.max(1, layers - values.whole("attention.shared_kv_layers").orElse(0));
      this.hidden = values.required("embedding_length", 1 << 24);
      this.heads =
          STATES_ONLY.contains(values.architecture())
              ? 1
              : values.required("attention.head_count", MOST_HEADS);
      if (drafting > 0) {
        assumptions.add("The draft layer (MTP) has no cache in the main context.");
      }
    }

    LlamaCppSize read(Weights weights) {
      List<Long> kvHeads = values.perLayer("attention.head_count_kv", layers, heads);
      List<Boolean> sliding = sliding();
      List<Boolean> states = states(kvHeads);
      long window = values.whole("attention.sliding_window").orElse(0);
      long cells = padded(context) * slots;
      long windowCells = padded(Math.min(context, window + ubatch)) * slots;
      long full = 0;
      long slid = 0;
      long recurrent = 0;
      long perToken = 0;
      for (int i = 0; i < layers; i++) {
        if (states.get(i)) {
          recurrent += state() * STATE_BYTES * slots;
        }
        boolean attends =
            kvHeads.get(i) > 0
                && !STATES_ONLY.contains(values.architecture())
                && (!states.get(i) || values.architecture().equals("falcon-h1"));
        if (attends && i < own) {
          long token = token(kvHeads.get(i), sliding.get(i));
          if (sliding.get(i)) {
            slid += token * windowCells;
          } else {
            full += token * cells;
            perToken += token;
          }
        }
      }
      if (full + slid + recurrent == 0) {
        throw values.invalid("no layer keeps anything: attention.head_count_kv is 0");
      }
      if (kvHeads.stream().anyMatch(count -> count > heads)) {
        throw values.invalid("attention.head_count_kv is more than attention.head_count");
      }
      long vocabulary = values.whole("vocab_size").orElse(0);
      if (vocabulary == 0) {
        vocabulary =
            weights.tensors().stream()
                .filter(tensor -> tensor.name().equals("token_embd.weight"))
                .mapToLong(tensor -> tensor.elements() / hidden)
                .findFirst()
                .orElse(0);
      }
      return new LlamaCppSize(
          values.architecture(),
          layers,
          onGpus(weights),
          full,
          slid,
          recurrent,
          (double) perToken,
          ubatch * vocabulary * STATE_BYTES + (64L << 20),
          values.has("context_length")
              ? Optional.of(values.required("context_length", 1L << 30))
              : Optional.empty(),
          assumptions);
    }

    private static long padded(long cells) {
      return Math.ceilDiv(cells, CELLS) * CELLS;
    }

    /** Embeddings are looked up by the processor, but an output that shares them is on a GPU. */
    private long onGpus(Weights weights) {
      boolean output =
          weights.tensors().stream().anyMatch(tensor -> tensor.name().equals("output.weight"));
      long bytes = 0;
      for (TensorInfo tensor : weights.tensors()) {
        boolean embedding = tensor.name().equals("token_embd.weight") && output;
        boolean perLayer = tensor.name().equals("per_layer_token_embd.weight");
        boolean drafting = tensor.name().startsWith("blk." + layers + ".");
        bytes += embedding || perLayer || drafting ? 0 : tensor.bytes();
      }
      return bytes;
    }

    private List<Boolean> sliding() {
      List<Boolean> sliding = new ArrayList<>();
      boolean listed = values.isList("attention.sliding_window_pattern");
      List<Long> flags = values.perLayer("attention.sliding_window_pattern", layers, 0);
      Integer every = PATTERNS.get(values.architecture());
      boolean windows = values.whole("attention.sliding_window").orElse(0) > 0;
      if (windows && every == null && !listed) {
        assumptions.add(
            "The header names a sliding window, which llama.cpp does not use for %s as far as known: all layers are counted in full."
                .formatted(values.architecture()));
      }
      for (int i = 0; i < layers; i++) {
        boolean local = listed ? flags.get(i) != 0 : every != null && i % every < every - 1;
        sliding.add(windows && local);
      }
      return sliding;
    }

    private List<Boolean> states(List<Long> kvHeads) {
      List<Boolean> states = new ArrayList<>();
      List<Long> forward = values.perLayer("feed_forward_length", layers, 0);
      long every = values.whole("full_attention_interval").orElse(4);
      String architecture = values.architecture();
      for (int i = 0; i < layers; i++) {
        boolean state =
            DELTA_NETS.contains(architecture)
                ? (i + 1) % every != 0
                : STATES_ONLY.contains(architecture)
                    || architecture.equals("falcon-h1")
                    || (kvHeads.get(i) == 0
                        && (!architecture.startsWith("nemotron_h") || forward.get(i) == 0));
        states.add(
            state
                && (values.has("ssm.conv_kernel")
                    || values.has("shortconv.l_cache")
                    || values.has("wkv.head_size")));
      }
      return states;
    }

    /** Numbers of the state of one layer and slot. */
    private long state() {
      if (values.has("shortconv.l_cache")) {
        return hidden * (values.required("shortconv.l_cache", 4096) - 1);
      }
      if (values.has("wkv.head_size")) {
        return hidden * values.required("wkv.head_size", 65_536)
            + hidden * values.whole("token_shift_count").orElse(2);
      }
      long kernel = values.required("ssm.conv_kernel", 4096);
      long inner = values.required("ssm.inner_size", 1 << 28);
      long size = values.required("ssm.state_size", 1 << 24);
      long groups = values.whole("ssm.group_count").orElse(0);
      return (kernel - 1) * (inner + 2 * groups * size) + size * inner;
    }

    private long token(long kvHeads, boolean window) {
      long standard = hidden / heads;
      String suffix = window && values.has("attention.key_length_swa") ? "_swa" : "";
      long key = length("attention.key_length" + suffix, standard);
      long value = length("attention.value_length" + suffix, standard);
      boolean latent = values.has("attention.key_length_mla");
      return bytes(keyType, kvHeads * key) + (latent ? 0 : bytes(valueType, kvHeads * value));
    }

    private long length(String key, long standard) {
      return values.has(key) ? values.required(key, MOST_HEADS) : standard;
    }

    private static long bytes(String type, long numbers) {
      int[] block = TYPES.getOrDefault(type, new int[] {1, 2});
      return Math.ceilDiv(numbers, block[0]) * block[1];
    }
  }
}
