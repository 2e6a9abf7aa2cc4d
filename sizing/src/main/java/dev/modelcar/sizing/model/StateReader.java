package dev.modelcar.sizing.model;

import dev.modelcar.sizing.model.LayerCache.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The layers of hybrid models, and the states that they keep, by the keys of a config. */
final class StateReader {
  private static final int MOST = 1 << 24;

  private final Config config;
  private final String type;
  private final Architecture.Dimensions dimensions;
  private final ElementType dtype;
  private final List<String> assumptions;

  StateReader(
      Config config,
      String type,
      Architecture.Dimensions dimensions,
      ElementType dtype,
      List<String> assumptions) {
    this.config = config;
    this.type = type;
    this.dimensions = dimensions;
    this.dtype = dtype;
    this.assumptions = assumptions;
  }

  /** The kind of each layer. */
  List<String> types() {
    int layers = dimensions.layers();
    List<String> listed = new ArrayList<>(config.texts("layer_types"));
    if (listed.isEmpty()) {
      listed = config.texts("layers_block_type");
    }
    if (listed.isEmpty()) {
      listed = derived(layers);
    }
    if (type.equals("zamba2")) {
      listed.replaceAll(kind -> kind.equals("hybrid") ? "both" : kind);
    }
    if (listed.size() < layers) {
      throw config.invalid(
          "it has %d layers, but says what kind %d are".formatted(layers, listed.size()));
    }
    return listed;
  }

  private List<String> derived(int layers) {
    List<String> types = new ArrayList<>();
    switch (type) {
      case "nemotron_h" -> {
        String pattern =
            config
                .text("hybrid_override_pattern")
                .orElseThrow(() -> config.invalid("it has no hybrid_override_pattern"));
        for (int i = 0; i < pattern.length(); i++) {
          char letter = pattern.charAt(i);
          types.add(
              switch (letter) {
                case 'M' -> "mamba2";
                case '*' -> "full_attention";
                case '-', 'E' -> "mlp";
                default ->
                    throw config.invalid("hybrid_override_pattern contains \"" + letter + "\"");
              });
        }
      }
      case "jamba" -> {
        int period = config.required(4096, "attn_layer_period");
        int offset = config.number(0, 4096, "attn_layer_offset").orElse(0);
        if (offset >= period) {
          throw config.invalid(
              "attn_layer_offset is %d, not less than attn_layer_period %d"
                  .formatted(offset, period));
        }
        for (int i = 0; i < layers; i++) {
          types.add(i % period == offset ? "full_attention" : "mamba");
        }
      }
      case "bamba" -> {
        List<Integer> attention = config.numbers("attn_layer_indices");
        for (int i = 0; i < layers; i++) {
          types.add(attention.contains(i) ? "full_attention" : "mamba2");
        }
      }
      case "lfm2", "lfm2_moe" -> {
        List<Integer> attention = config.numbers("full_attn_idxs");
        for (int i = 0; i < layers; i++) {
          types.add(attention.isEmpty() || attention.contains(i) ? "full_attention" : "conv");
        }
      }
      case "minimax_text_01", "minimax", "minimax_m1" -> {
        for (int kind : config.numbers("attn_type_list")) {
          types.add(kind == 1 ? "full_attention" : "linear_attention");
        }
      }
      case "kimi_linear" -> {
        List<Integer> linear = linearConfig().numbers("kda_layers");
        for (int i = 0; i < layers; i++) {
          types.add(linear.contains(i + 1) ? "linear_attention" : "full_attention");
        }
      }
      case "falcon_h1" -> types.addAll(Collections.nCopies(layers, "both"));
      case "mamba", "falcon_mamba" -> types.addAll(Collections.nCopies(layers, "mamba"));
      case "mamba2" -> types.addAll(Collections.nCopies(layers, "mamba2"));
      default -> {
        int every = config.number(4096, "full_attention_interval").orElse(4);
        if (!config.has("full_attention_interval")) {
          assumptions.add(
              "Every fourth layer attends to all tokens: full_attention_interval is missing.");
        }
        for (int i = 0; i < layers; i++) {
          types.add((i + 1) % every == 0 ? "full_attention" : "linear_attention");
        }
      }
    }
    return types;
  }

  private Config linearConfig() {
    return config
        .child("linear_attn_config")
        .orElseThrow(() -> config.invalid("it has no linear_attn_config"));
  }

  State state(String kind) {
    return switch (kind) {
      case "conv" -> convolution();
      case "mamba", "mamba2" -> isFirstMamba() ? firstMamba() : secondMamba();
      default ->
          switch (type) {
            case "minimax_text_01", "minimax", "minimax_m1" -> lightning();
            case "kimi_linear" -> kimi();
            default -> deltaNet();
          };
    };
  }

  private boolean isFirstMamba() {
    return type.equals("mamba") || type.equals("falcon_mamba") || type.equals("jamba");
  }

  private State convolution() {
    int channels = config.number(MOST, "conv_dim").orElse(dimensions.hidden());
    int taps = config.required(4096, "conv_L_cache") - 1;
    return new State("short convolution", channels, 0, 0, taps, 0, 1, dtype, dtype);
  }

  private State firstMamba() {
    long inner =
        config
            .whole(1, "intermediate_size_mamba")
            .orElseGet(() ->
                type.equals("jamba")
                    ? (long) config.number(64, "mamba_expand").orElse(2) * dimensions.hidden()
                    : config.whole(1, "intermediate_size").orElse(2L * dimensions.hidden()));
    int states = config.required(MOST, "mamba_d_state", "state_size");
    int kernel = config.required(4096, "mamba_d_conv", "conv_kernel");
    return new State("Mamba", inner, 0, 0, kernel - 1, inner * states, 1, dtype, recurrentType());
  }

  private State secondMamba() {
    int heads =
        config.required(MOST, "mamba_n_heads", "n_mamba_heads", "mamba_num_heads", "num_heads");
    int size =
        config
            .number(MOST, "mamba_d_head", "mamba_headdim", "mamba_head_dim", "head_dim")
            .orElse(64);
    int states = config.required(MOST, "mamba_d_state", "ssm_state_size", "state_size");
    int groups = config.number(MOST, "mamba_n_groups", "mamba_ngroups", "n_groups").orElse(1);
    int kernel = config.required(4096, "mamba_d_conv", "conv_kernel");
    long inner = config.whole(1, "mamba_d_ssm").orElse((long) heads * size);
    return new State(
        "Mamba 2",
        inner,
        groups,
        states,
        kernel - 1,
        (long) heads * size * states,
        heads,
        dtype,
        recurrentType());
  }

  private State deltaNet() {
    int keyHeads = config.required(65_536, "linear_num_key_heads");
    int valueHeads = config.required(65_536, "linear_num_value_heads");
    int keySize = config.required(65_536, "linear_key_head_dim");
    int valueSize = config.required(65_536, "linear_value_head_dim");
    int kernel = config.required(4096, "linear_conv_kernel_dim");
    return new State(
        "gated delta net",
        (long) valueHeads * valueSize + 2L * keyHeads * keySize,
        0,
        0,
        kernel - 1,
        (long) valueHeads * valueSize * keySize,
        valueHeads,
        dtype,
        recurrentType());
  }

  private State kimi() {
    Config linear = linearConfig();
    int heads = linear.required(65_536, "num_heads");
    int size = linear.required(65_536, "head_dim");
    int kernel = linear.required(4096, "short_conv_kernel_size");
    return new State(
        "Kimi delta attention",
        3L * heads * size,
        0,
        0,
        kernel - 1,
        (long) heads * size * size,
        heads,
        dtype,
        ElementType.FLOAT32);
  }

  private State lightning() {
    int size = dimensions.headSize();
    return new State(
        "linear attention",
        0,
        0,
        0,
        0,
        (long) dimensions.heads() * size * size,
        dimensions.heads(),
        dtype,
        recurrentType());
  }

  /** Some configs demand the precision of the recurrent state. */
  private ElementType recurrentType() {
    return config
        .text("mamba_ssm_dtype")
        .or(() -> config.text("mamba_ssm_cache_dtype"))
        .flatMap(ElementType::of)
        .orElse(dtype);
  }
}
