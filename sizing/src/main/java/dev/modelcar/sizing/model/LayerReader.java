package dev.modelcar.sizing.model;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.model.LayerCache.Chunked;
import dev.modelcar.sizing.model.LayerCache.Compressed;
import dev.modelcar.sizing.model.LayerCache.Cross;
import dev.modelcar.sizing.model.LayerCache.Full;
import dev.modelcar.sizing.model.LayerCache.Indexer;
import dev.modelcar.sizing.model.LayerCache.Latent;
import dev.modelcar.sizing.model.LayerCache.Sliding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/** What each layer keeps, by the keys of a config. */
final class LayerReader {
  /** The keys of sparse attention: 128 numbers of a byte, with a scale of four for them. */
  private static final int QUANTIZED_BLOCK = 128;

  /** Of Llama 3.2: four tiles of 560 pixels in patches of 14, each with a token of its class. */
  private static final int IMAGE_TOKENS = 4 * (40 * 40 + 1);

  private final Config config;
  private final String type;
  private final Architecture.Dimensions dimensions;
  private final int valueSize;
  private final StateReader states;
  private final List<String> assumptions;

  LayerReader(
      Config config,
      String type,
      Architecture.Dimensions dimensions,
      ElementType dtype,
      List<String> assumptions) {
    this.config = config;
    this.type = type;
    this.dimensions = dimensions;
    this.valueSize = config.number(65_536, "v_head_dim").orElse(dimensions.headSize());
    this.states = new StateReader(config, type, dimensions, dtype, assumptions);
    this.assumptions = assumptions;
  }

  List<LayerCache> read() {
    if (type.equals("deepseek_v4")) {
      return compressed();
    }
    if (type.equals("whisper") || type.equals("bart") || type.equals("mbart")) {
      return decoder();
    }
    if (ModelTypes.HYBRID.contains(type)) {
      return hybrid();
    }
    if (isLatent()) {
      return latent();
    }
    List<LayerCache> caches = new ArrayList<>();
    List<Integer> heads = headsOfLayers();
    if (!heads.isEmpty()) {
      return heads.stream().filter(count -> count > 0).map(this::own).toList();
    }
    if (ModelTypes.LATENT.contains(type)) {
      assumptions.add("Its kv_lora_rank is null: all layers keep keys and values of all heads.");
    }
    List<String> types = types();
    List<Integer> cross = config.numbers("cross_attention_layers");
    if (!cross.isEmpty()) {
      assumptions.add(
          "Its %d layers of cross-attention keep keys and values of images alone, taken as %d tokens for each request."
              .formatted(cross.size(), IMAGE_TOKENS));
    }
    int own = dimensions.layers() - shared();
    for (int i = 0; i < own; i++) {
      caches.addAll(
          cross.contains(i)
              ? List.of(new Cross(dimensions.kvHeads(), dimensions.headSize(), IMAGE_TOKENS))
              : attention(types.get(i), i));
    }
    return caches;
  }

  // ---- attention ----

  private Full full() {
    boolean minicpm3 = type.equals("minicpm3") && config.has("qk_rope_head_dim");
    if (minicpm3) {
      int size =
          config.required(65_536, "qk_nope_head_dim") + config.required(65_536, "qk_rope_head_dim");
      return new Full(dimensions.heads(), size, size);
    }
    if (type.startsWith("gemma4")) {
      int size = config.number(65_536, "global_head_dim").orElse(dimensions.headSize());
      int kvHeads =
          config.flag("attention_k_eq_v", false)
              ? config.number(65_536, "num_global_key_value_heads").orElse(dimensions.kvHeads())
              : dimensions.kvHeads();
      return new Full(kvHeads, size, size);
    }
    int value = type.equals("mimo_v2_flash") ? valueSize : dimensions.headSize();
    return new Full(dimensions.kvHeads(), dimensions.headSize(), value);
  }

  private LayerCache own(int kvHeads) {
    return new Full(kvHeads, dimensions.headSize(), dimensions.headSize());
  }

  /** The key-value heads of each layer of a pruned model, 0 without attention; or nothing. */
  private List<Integer> headsOfLayers() {
    List<Integer> heads = new ArrayList<>(config.numbers("num_key_value_heads_per_layer"));
    for (Config block : config.children("block_configs")) {
      Config attention =
          block
              .child("attention")
              .orElseThrow(() -> config.invalid("a block of block_configs has no attention"));
      boolean none = attention.flag("no_op", false) || attention.flag("replace_with_linear", false);
      heads.add(
          none
              ? 0
              : dimensions.heads() / attention.required(dimensions.heads(), "n_heads_in_group"));
    }
    if (!heads.isEmpty() && heads.size() < dimensions.layers()) {
      throw config.invalid(
          "it has %d layers, but says how many heads %d have"
              .formatted(dimensions.layers(), heads.size()));
    }
    if (heads.stream().anyMatch(count -> count < 0 || count > dimensions.heads())) {
      throw config.invalid("a layer has fewer than no key-value heads, or more than heads");
    }
    return heads;
  }

  private LayerCache sliding() {
    int window =
        config
            .number(1 << 30, "sliding_window", "sliding_window_size")
            .orElseThrow(() -> config.invalid("it has sliding layers but no sliding_window"));
    if (type.equals("mimo_v2_flash")) {
      int size = config.number(65_536, "swa_head_dim").orElse(dimensions.headSize());
      return new Sliding(
          config.number(65_536, "swa_num_key_value_heads").orElse(dimensions.kvHeads()),
          size,
          config.number(65_536, "swa_v_head_dim").orElse(valueSize),
          window);
    }
    return new Sliding(dimensions.kvHeads(), dimensions.headSize(), dimensions.headSize(), window);
  }

  private List<LayerCache> attention(String kind, int index) {
    return switch (kind) {
      case "full_attention", "attention", "global", "hybrid" -> List.of(full());
      case "sliding_attention", "local", "sliding" -> List.of(sliding());
      case "chunked_attention" ->
          List.of(
              new Chunked(
                  dimensions.kvHeads(),
                  dimensions.headSize(),
                  dimensions.headSize(),
                  config.required(1 << 30, "attention_chunk_size")));
      case "linear_attention", "mamba", "mamba2", "conv" -> List.of(states.state(kind));
      case "none", "mlp", "moe" -> List.of();
      default -> throw unknown("its layer %d is of the type \"%s\"".formatted(index, kind));
    };
  }

  /** The kind of each layer, by a list or by a rule of the model's type. */
  private List<String> types() {
    int layers = dimensions.layers();
    List<String> listed = config.texts("layer_types");
    if (!listed.isEmpty()) {
      if (listed.size() < layers) {
        throw config.invalid(
            "it has %d layers, but %d layer_types".formatted(layers, listed.size()));
      }
      return listed;
    }
    List<String> types = new ArrayList<>(Collections.nCopies(layers, "full_attention"));
    if (config.has("hybrid_layer_pattern")) {
      List<Integer> pattern = config.numbers("hybrid_layer_pattern");
      if (pattern.size() < layers) {
        throw config.invalid("its hybrid_layer_pattern is shorter than num_hidden_layers");
      }
      types.replaceAll(kind -> kind);
      for (int i = 0; i < layers; i++) {
        types.set(i, pattern.get(i) == 1 ? "sliding_attention" : "full_attention");
      }
      return types;
    }
    if (type.startsWith("llama4")) {
      return chunked(types);
    }
    if (!config.has("sliding_window")) {
      return types;
    }
    if ((type.startsWith("qwen") && !config.flag("use_sliding_window", false))
        || !config.flag("use_sliding_window", true)) {
      assumptions.add("sliding_window does not apply, as use_sliding_window is not true.");
      return types;
    }
    if (type.startsWith("qwen") && config.has("max_window_layers")) {
      int first = config.number(0, 1 << 20, "max_window_layers").orElse(0);
      for (int i = first; i < layers; i++) {
        types.set(i, "sliding_attention");
      }
      return types;
    }
    int every = pattern();
    for (int i = 0; i < layers; i++) {
      if (every == 0 || (every > 0 && (i + 1) % every != 0)) {
        types.set(i, "sliding_attention");
      }
    }
    return types;
  }

  /** Every how many layers one sees all tokens; 0: none does. */
  private int pattern() {
    String letters = config.text("sliding_window_pattern").orElse("");
    if (!letters.isEmpty()) {
      return letters.length();
    }
    OptionalInt number = config.number(4096, "sliding_window_pattern", "_sliding_window_pattern");
    return number.orElse(
        switch (type) {
          case "gemma2", "gpt_oss" -> 2;
          case "gemma3", "gemma3_text", "gemma4_text" -> 6;
          case "gemma3n_text" -> 5;
          case "cohere2", "exaone4", "olmo3", "afmoe" -> 4;
          default -> 0;
        });
  }

  private List<String> chunked(List<String> types) {
    List<Integer> rope = config.numbers("no_rope_layers");
    int every = config.number(4096, "no_rope_layer_interval").orElse(4);
    for (int i = 0; i < types.size() && config.has("attention_chunk_size"); i++) {
      boolean local = rope.size() >= types.size() ? rope.get(i) == 1 : (i + 1) % every != 0;
      types.set(i, local ? "chunked_attention" : "full_attention");
    }
    return types;
  }

  /** The last layers of some models use what an earlier one keeps. */
  private int shared() {
    int shared = config.number(0, 4096, "num_kv_shared_layers").orElse(0);
    if (shared >= dimensions.layers()) {
      throw config.invalid("num_kv_shared_layers is not less than num_hidden_layers");
    }
    return shared;
  }

  // ---- MLA ----

  /** Some published configs turn it off, by a rank of null; one without a word of it lies. */
  private boolean isLatent() {
    boolean off = config.keys().contains("kv_lora_rank") || !config.flag("use_mla", true);
    if (ModelTypes.LATENT.contains(type) && !config.has("kv_lora_rank") && !off) {
      throw config.invalid(
          "it has no kv_lora_rank, the size of what models of the type %s keep for each token"
              .formatted(type));
    }
    return ModelTypes.LATENT.contains(type) && config.has("kv_lora_rank");
  }

  private Latent latentCache() {
    return new Latent(
        config.required(1 << 20, "kv_lora_rank") + config.required(65_536, "qk_rope_head_dim"));
  }

  private List<LayerCache> latent() {
    List<LayerCache> caches = new ArrayList<>();
    int each = type.equals("longcat_flash") ? 2 : 1;
    for (int i = 0; i < dimensions.layers() * each; i++) {
      caches.add(latentCache());
      if (config.has("index_topk")) {
        int size = config.required(65_536, "index_head_dim");
        caches.add(new Indexer(size + Math.max(1, size / QUANTIZED_BLOCK) * 4));
      }
    }
    return caches;
  }

  private List<LayerCache> compressed() {
    List<Integer> ratios = config.numbers("compress_ratios");
    if (ratios.size() < dimensions.layers()) {
      throw config.invalid("it has fewer compress_ratios than layers");
    }
    List<LayerCache> caches = new ArrayList<>();
    for (int i = 0; i < dimensions.layers(); i++) {
      int ratio = ratios.get(i);
      if (ratio != 0 && ratio != 4 && ratio != 128) {
        throw unknown("its layer %d compresses %d tokens into one".formatted(i, ratio));
      }
      caches.add(
          new Compressed(
              ratio,
              dimensions.headSize(),
              config.required(1 << 30, "sliding_window"),
              config.required(65_536, "index_head_dim")));
    }
    return caches;
  }

  // ---- encoder and decoder ----

  private List<LayerCache> decoder() {
    int layers = config.required(4096, "decoder_layers");
    int heads = config.required(65_536, "decoder_attention_heads");
    int size = dimensions.hidden() / heads;
    int encoder = config.number(1 << 30, "max_source_positions").orElse(0);
    if (encoder == 0) {
      throw config.invalid("it has no max_source_positions");
    }
    List<LayerCache> caches = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      caches.add(new Full(heads, size, size));
      caches.add(new Cross(heads, size, encoder));
    }
    return caches;
  }

  // ---- attention and states ----

  private List<LayerCache> hybrid() {
    List<LayerCache> caches = new ArrayList<>();
    List<String> types = states.types();
    for (int i = 0; i < dimensions.layers(); i++) {
      String kind = types.get(i);
      if (kind.equals("both")) {
        caches.add(states.state("mamba2"));
        caches.add(full());
      } else if (isLatent() && kind.equals("full_attention")) {
        caches.add(latentCache());
      } else {
        caches.addAll(attention(kind, i));
      }
    }
    return caches;
  }

  private ModelcarException unknown(String why) {
    return new ModelcarException(
        SizingError.SIZING_ARCHITECTURE_UNKNOWN,
        "the model type %s cannot be sized: %s, which modelcar does not know".formatted(type, why));
  }
}
