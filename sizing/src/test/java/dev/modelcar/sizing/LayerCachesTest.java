package dev.modelcar.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ConfigReader;
import dev.modelcar.sizing.model.LayerCache;
import dev.modelcar.sizing.model.ModelFacts;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.sizing.model.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers keep by the keys of published configs, and by how many GPUs it can be divided. */
final class LayerCachesTest {
  private static final String DENSE =
      """
      {"architectures": ["X"], "model_type": "llama", "hidden_size": 1024, "num_hidden_layers": 4,
       "num_attention_heads": 16, "vocab_size": 320, "intermediate_size": 4096,
       "max_position_embeddings": 8192, "torch_dtype": "bfloat16"}
      """;

  private static Architecture read(String keys) throws IOException {
    ObjectNode config = (ObjectNode) Json.parse(DENSE);
    config.setAll((ObjectNode) Json.parse(keys));
    return ConfigReader.read(Json.bytes(config), Optional.empty());
  }

  private static Sizing size(Architecture architecture, SizingRequest.Vllm vllm, int gpus) {
    SizingRequest standard = SizingRequest.standard();
    return Sizer.size(
        new ModelFacts.Checkpoint(architecture, new Weights(List.of(), List.of(), 0), List.of()),
        new SizingRequest(
            standard.engine(),
            standard.gpu(),
            OptionalInt.of(gpus),
            standard.context(),
            standard.concurrency(),
            vllm,
            standard.llamaCpp()));
  }

  /** 4 layers of 16 heads of 64: a layer with all heads keeps 16 x 64 x 2 x 2 bytes per token. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                             | 16384",
        "{'num_key_value_heads': 4}                                     | 4096",
        // Falcon 7B names 71 heads in num_kv_heads, and shares one.
        "{'model_type': 'falcon', 'num_kv_heads': 16, 'multi_query': true, 'new_decoder_architecture': false} | 1024",
        "{'model_type': 'falcon', 'num_kv_heads': 8, 'multi_query': true, 'new_decoder_architecture': true}   | 8192",
        "{'model_type': 'gpt_bigcode', 'multi_query': true}             | 1024",
        // Pruned models have heads of their own in each layer, or none.
        "{'model_type': 'nemotron-nas', 'block_configs': [{'attention': {'n_heads_in_group': 8}}, {'attention': {'no_op': true}}, {'attention': {'replace_with_linear': true}}, {'attention': {'n_heads_in_group': 8}}]} | 1024",
        "{'model_type': 'deci', 'num_key_value_heads_per_layer': [4, 4, 4, 4]} | 4096",
        // The first layers see all tokens.
        "{'model_type': 'qwen2', 'sliding_window': 512, 'use_sliding_window': true, 'max_window_layers': 2} | 8192",
        // A window that no request leaves grows with each token.
        "{'model_type': 'phimoe', 'sliding_window': 8192}               | 16384",
        "{'model_type': 'mistral', 'sliding_window': 4096}              | 0",
        // As transformers has it, all layers attend if none is named.
        "{'model_type': 'lfm2', 'conv_L_cache': 3}                      | 16384"
      })
  void bytesPerToken(String keys, long bytes) throws IOException {
    Sizing sizing = size(read(keys.replace('\'', '"')), SizingRequest.Vllm.standard(), 1);
    assertThat(sizing.cache().bytesPerToken()).isEqualTo((double) bytes);
  }

  @Test
  void hintsInThePartForTextAreSeen() {
    String nested =
        "{\"model_type\": \"novel_vl\", \"text_config\": "
            + DENSE.replace("llama", "novel").replaceFirst("}\\s*$", ", \"mamba_d_state\": 16}")
            + "}";
    ModelcarException e = catchThrowableOfType(ModelcarException.class, () -> read(nested.strip()));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_ARCHITECTURE_UNKNOWN);
    assertThat(e.getMessage()).contains("mamba_d_state");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'layer_types': 'full_attention'}               | layer_types is \"full_attention\", not a list",
        "{'max_position_embeddings': 1000000000000}      | more than any model has",
        "{'rope_scaling': {'rope_type': 'yarn', 'factor': 1e308}} | factor 1.0E308",
        "{'num_key_value_heads_per_layer': [4, 4]}       | how many heads 2 have",
        "{'num_key_value_heads_per_layer': [4, 4, 4, -4]} | fewer than no key-value heads",
        "{'block_configs': [{}, {}, {}, {}]}             | has no attention",
        "{'block_configs': [5]}                          | not a JSON object"
      })
  void liesAreNamed(String keys, String words) {
    ModelcarException e =
        catchThrowableOfType(ModelcarException.class, () -> read(keys.replace('\'', '"')));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
    assertThat(e.getMessage()).contains(words);
  }

  /** vLLM: ranks share the tokens of a head that they would hold copies of. */
  @ParameterizedTest
  @CsvSource({"4, 8, 2, true", "4, 16, 4, true", "4, 4, 2, false", "4, 8, 4, false"})
  void contextIsDividedAmongGpusWithTheSameHead(int kvHeads, int gpus, int ranks, boolean divides)
      throws IOException {
    Architecture architecture = read("{\"num_key_value_heads\": %d}".formatted(kvHeads));
    SizingRequest.Vllm standard = SizingRequest.Vllm.standard();
    SizingRequest.Vllm vllm =
        new SizingRequest.Vllm(
            standard.version(),
            standard.utilization(),
            standard.batchedTokens(),
            standard.sequences(),
            standard.kvDtype(),
            standard.blockSize(),
            standard.speculation(),
            1,
            ranks,
            standard.prefixCaching());
    if (divides) {
      assertThat(size(architecture, vllm, gpus).cache().bytesPerToken())
          .isEqualTo(4096.0 / kvHeads / ranks);
      return;
    }
    ModelcarException e =
        catchThrowableOfType(ModelcarException.class, () -> size(architecture, vllm, gpus));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_PARALLEL_INVALID);
    assertThat(e.hint()).contains("--gpus " + kvHeads * ranks);
  }

  @Test
  void tooManyGpusAreRefusedInASentence() throws IOException {
    Architecture architecture = read("{}");
    ModelcarException e =
        catchThrowableOfType(
            ModelcarException.class, () -> size(architecture, SizingRequest.Vllm.standard(), 1024));
    assertThat(e.getMessage())
        .isEqualTo("X cannot be divided among 1024 GPUs: modelcar divides a copy among at most 64");
  }

  @Test
  void layersOfPrunedModelsWithoutAttentionKeepNothing() throws IOException {
    Architecture pruned = read("{\"num_key_value_heads_per_layer\": [4, 0, 4, 2]}");
    assertThat(pruned.caches())
        .containsExactly(
            new LayerCache.Full(4, 64, 64),
            new LayerCache.Full(4, 64, 64),
            new LayerCache.Full(2, 64, 64));
  }
}
