package dev.modelcar.sizing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.model.Architecture.Dimensions;
import dev.modelcar.sizing.model.Architecture.Experts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a {@code config.json}. */
public final class ConfigReader {
  private static final int MOST_LAYERS = 2048;
  private static final int MOST_HEADS = 65_536;
  private static final int MOST_WIDTH = 1 << 18;
  private static final int MOST_TOKENS = 1 << 30;

  /** What an unknown type may keep besides keys and values. */
  private static final Pattern UNUSUAL =
      Pattern.compile(
          ".*(mamba|ssm|linear_|conv_|state_size|compress|kv_lora|rwkv|wkv|lru|delta|recurren|retention).*");

  private static final Set<String> METHODS =
      Set.of(
          ("awq gptq fp8 fbgemm_fp8 compressed-tensors bitsandbytes modelopt modelopt_fp4 mxfp4 auto-round"
                  + " quark torchao aqlm hqq experts_int8 gguf nvfp4 ptpc_fp8 moe_wna16 auto_awq intel/auto-round")
              .split(" "));

  private final Config root;
  private final Config text;
  private final String type;
  private final List<String> assumptions = new ArrayList<>();

  private ConfigReader(Config root, Config text, String type) {
    this.root = root;
    this.text = text;
    this.type = type;
  }

  /**
   * Reads a config.
   *
   * @param bytes of {@code config.json}
   * @param stored the type in which most of the weights are stored, if they have one
   * @throws ModelcarException {@link SizingError} with what cannot be sized, and why
   */
  public static Architecture read(byte[] bytes, Optional<ElementType> stored) {
    JsonNode json;
    try {
      json = Json.parseOfPython(bytes);
    } catch (InvalidJsonException e) {
      throw new ModelcarException(
          SizingError.SIZING_CONFIG_INVALID,
          "config.json cannot be used: it is " + otherThanJson(bytes, e));
    }
    Config root = new Config(json, "config.json");
    JsonNode nested = json;
    String where = "config.json";
    for (JsonNode inner = nested(json); inner != null; inner = nested(inner)) {
      where = "config.json, the part for text";
      nested = inner;
    }
    String type =
        new Config(nested, where)
            .text("model_type")
            .or(() -> root.text("model_type"))
            .orElseThrow(() -> root.invalid("it has no model_type"));
    List<String> taken = new ArrayList<>();
    Config text = new Config(withStandards((ObjectNode) nested, type, taken), where);
    ConfigReader reader = new ConfigReader(root, text, type);
    if (!taken.isEmpty()) {
      reader.assumptions.add(
          "%s leaves out %s: the values of the class %s in transformers are taken."
              .formatted(where, String.join(", ", taken), type));
    }
    return reader.architecture(stored, json);
  }

  /** What stands there instead, where it can be told. */
  private static String otherThanJson(byte[] bytes, InvalidJsonException e) {
    String start = new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8).strip();
    return start.startsWith("version https://git-lfs")
        ? "a pointer of Git LFS, not the file: `git lfs pull` fetches that"
        : start.startsWith("<")
            ? "HTML, such as the page of an error, not JSON"
            : "not JSON: " + e.getMessage();
  }

  private static @Nullable JsonNode nested(JsonNode node) {
    JsonNode thinker = node.path("thinker_config");
    if (thinker.isObject()) {
      return thinker;
    }
    return ModelTypes.NESTED.stream()
        .map(node::get)
        .filter(child -> child != null && child.isObject())
        .findFirst()
        .orElse(null);
  }

  private static ObjectNode withStandards(ObjectNode node, String type, List<String> taken) {
    ObjectNode copy = node.deepCopy();
    Map<String, Long> standards = ModelTypes.standards(type);
    standards.keySet().stream()
        .sorted()
        .filter(key -> !node.hasNonNull(key))
        .forEach(key -> {
          copy.put(key, standards.get(key));
          taken.add(key);
        });
    return copy;
  }

  private Architecture architecture(Optional<ElementType> stored, JsonNode json) {
    String name =
        root.texts("architectures").stream()
            .findFirst()
            .orElseGet(() -> {
              assumptions.add("config.json names no architectures; model_type is taken.");
              return type;
            });
    if (!ModelTypes.isGenerative(type)) {
      throw new ModelcarException(
          SizingError.SIZING_NOT_GENERATIVE,
          "%s (model_type %s) has no KV cache: it does not generate text".formatted(name, type));
    }
    checkType(name);
    Dimensions dimensions = dimensions();
    ElementType dtype = dtype(stored);
    List<LayerCache> caches = new LayerReader(text, type, dimensions, dtype, assumptions).read();
    LayerCache draft =
        caches.stream()
            .filter(cache -> cache instanceof LayerCache.Full || cache instanceof LayerCache.Latent)
            .findFirst()
            .orElse(
                new LayerCache.Full(
                    dimensions.kvHeads(), dimensions.headSize(), dimensions.headSize()));
    Optional<Config> quantization =
        root.child("quantization_config").or(() -> text.child("quantization_config"));
    return new Architecture(
        name,
        type,
        dimensions,
        experts(dimensions),
        caches,
        draft,
        text.number(0, 64, "num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules")
            .orElse(0),
        context(),
        dtype,
        quantization.flatMap(this::kvDtype),
        quantization.map(this::method),
        quantization.map(ConfigReader::block).orElse(1),
        root.has("vision_config") || root.has("audio_config") || json.has("thinker_config"),
        assumptions);
  }

  private void checkType(String name) {
    if (root.flag("is_encoder_decoder", false)) {
      assumptions.add(
          "%s (model_type %s) has an encoder and a decoder: vLLM serves few of those, and what cross attention keeps is not counted."
              .formatted(name, type));
    }
    if (ModelTypes.isKnown(type)) {
      return;
    }
    Stream.concat(root.keys().stream(), text.keys().stream())
        .filter(key -> UNUSUAL.matcher(key).matches())
        .findFirst()
        .ifPresent(key -> {
          throw new ModelcarException(
              SizingError.SIZING_ARCHITECTURE_UNKNOWN,
              "%s (model_type %s) cannot be sized: modelcar does not know it, and its %s says that its layers keep more than keys and values"
                  .formatted(name, type, key));
        });
    assumptions.add(
        "%s (model_type %s) is not known to this version: sized as a transformer whose layers all keep keys and values."
            .formatted(name, type));
  }

  private Dimensions dimensions() {
    boolean free = type.equals("mamba") || type.equals("mamba2") || type.equals("falcon_mamba");
    int layers =
        text.required(
            MOST_LAYERS,
            "num_hidden_layers",
            "n_layer",
            "num_layers",
            "n_layers",
            "decoder_layers");
    int hidden = text.required(1 << 24, "hidden_size", "n_embd", "n_embed", "d_model");
    int heads =
        free
            ? text.number(MOST_HEADS, "num_heads").orElse(1)
            : text.required(
                MOST_HEADS,
                "num_attention_heads",
                "n_head",
                "n_heads",
                "decoder_attention_heads",
                "num_heads");
    boolean shared =
        text.flag("multi_query", false) && !text.flag("new_decoder_architecture", false);
    int kvHeads =
        shared
            ? 1
            : text.number(
                    MOST_HEADS,
                    "num_key_value_heads",
                    "num_kv_heads",
                    "multi_query_group_num",
                    "n_head_kv")
                .orElseGet(() ->
                    text.child("attn_config")
                        .map(attention -> attention.number(MOST_HEADS, "kv_n_heads").orElse(heads))
                        .orElse(heads));
    if (!free && (kvHeads > heads || heads % kvHeads != 0)) {
      throw text.invalid(
          "its %d attention heads are not divisible by its %d key-value heads"
              .formatted(heads, kvHeads));
    }
    int size = text.number(65_536, "head_dim", "attention_head_dim", "kv_channels").orElse(0);
    if (size == 0) {
      if (!free && hidden % heads != 0) {
        throw text.invalid(
            "hidden_size %d is not divisible by %d attention heads, and there is no head_dim"
                .formatted(hidden, heads));
      }
      size = Math.max(1, hidden / heads);
    }
    if ((long) heads * size > MOST_WIDTH || (long) kvHeads * size > MOST_WIDTH) {
      throw text.invalid(
          "%d attention heads of the size %d are more than any model has".formatted(heads, size));
    }
    long vocabulary = text.whole(1, "vocab_size", "padded_vocab_size").orElse(0);
    if (vocabulary == 0) {
      throw text.invalid("it has no vocab_size");
    }
    int intermediate =
        text.number(
                1 << 26,
                "intermediate_size",
                "ffn_hidden_size",
                "n_inner",
                "ffn_dim",
                "decoder_ffn_dim")
            .orElse(4 * hidden);
    return new Dimensions(
        layers,
        hidden,
        intermediate,
        heads,
        kvHeads,
        size,
        vocabulary,
        text.flag("tie_word_embeddings", root.flag("tie_word_embeddings", false)));
  }

  private Optional<Experts> experts(Dimensions dimensions) {
    return text
        .number(1 << 16, "num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")
        .stream()
        .mapToObj(count ->
            new Experts(
                count,
                text.number(
                        1 << 16,
                        "num_experts_per_tok",
                        "num_experts_per_token",
                        "moe_topk",
                        "moe_k",
                        "top_k_experts")
                    .orElse(1),
                text.number(1 << 26, "moe_intermediate_size", "expert_ffn_hidden_size")
                    .orElse(dimensions.intermediate())))
        .findFirst();
  }

  private ElementType dtype(Optional<ElementType> stored) {
    Optional<String> named =
        text.text("dtype")
            .or(() -> text.text("torch_dtype"))
            .or(() -> root.text("dtype"))
            .or(() -> root.text("torch_dtype"));
    Optional<ElementType> known = named.flatMap(ElementType::of);
    if (known.isEmpty()) {
      ElementType taken = stored.filter(t -> t.bytes() == 2).orElse(ElementType.BFLOAT16);
      assumptions.add(
          named
                  .map(text ->
                      "config.json names the unknown dtype \"%s\"".formatted(printable(text)))
                  .orElse("config.json names no dtype")
              + "; activations and KV cache are taken as "
              + taken.id()
              + ".");
      return taken;
    }
    if (known.get().bytes() != 2) {
      assumptions.add(
          "config.json names the dtype %s, which vLLM runs in 16 bits; bfloat16 is taken."
              .formatted(known.get().id()));
      return ElementType.BFLOAT16;
    }
    return known.get();
  }

  private String method(Config quantization) {
    String method =
        quantization
            .text("quant_method")
            .or(() -> quantization.text("quant_algo"))
            .orElse("unknown");
    if (!METHODS.contains(method)) {
      assumptions.add(
          "The quantization method \"%s\" is not known to this version: weights are counted as they are stored."
              .formatted(printable(method)));
    }
    return printable(method);
  }

  /** What a checkpoint with scales for its cache demands. */
  private Optional<ElementType> kvDtype(Config quantization) {
    boolean scheme =
        quantization
            .child("kv_cache_scheme")
            .map(kv -> kv.number(64, "num_bits").orElse(16) == 8)
            .orElse(false);
    boolean named =
        quantization.text("kv_cache_quant_algo").map(algo -> algo.startsWith("FP8")).orElse(false);
    return scheme || named ? Optional.of(ElementType.FP8) : Optional.empty();
  }

  private static int block(Config quantization) {
    List<Integer> block = quantization.numbers("weight_block_size");
    return block.isEmpty() || block.getFirst() < 1 ? 1 : block.getFirst();
  }

  /** As vLLM derives it: the length of training, or that times a factor of scaled RoPE. */
  private OptionalLong context() {
    OptionalInt length =
        text.number(
            MOST_TOKENS,
            "max_position_embeddings",
            "n_positions",
            "max_seq_len",
            "seq_length",
            "max_target_positions",
            "max_sequence_length",
            "model_max_length");
    Optional<Config> rope = text.child("rope_scaling").or(() -> text.child("rope_parameters"));
    if (length.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong trained = OptionalLong.of(length.getAsInt());
    if (rope.isEmpty() || type.startsWith("gemma3")) {
      return trained;
    }
    String kind = rope.get().text("rope_type").or(() -> rope.get().text("type")).orElse("default");
    if (!Set.of("linear", "dynamic", "yarn", "deepseek_yarn").contains(kind)) {
      return trained;
    }
    double factor = rope.get().real("factor", 1);
    long start =
        kind.endsWith("yarn")
            ? rope.get().whole(1, "original_max_position_embeddings").orElse(length.getAsInt())
            : length.getAsInt();
    if (start * factor > MOST_TOKENS) {
      throw text.invalid(
          "factor %s makes a context of more than %d tokens".formatted(factor, MOST_TOKENS));
    }
    return OptionalLong.of((long) (start * factor));
  }

  private static String printable(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 40 ? clean.substring(0, 40) + "…" : clean;
  }
}
