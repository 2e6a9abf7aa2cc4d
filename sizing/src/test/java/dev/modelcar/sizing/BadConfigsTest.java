package dev.modelcar.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ConfigReader;
import dev.modelcar.sizing.model.LayerCache;
import dev.modelcar.sizing.model.ModelHeaders;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs and headers that lie, or lack what is needed. */
final class BadConfigsTest {
  private static final String LLAMA =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64,
       "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
       "intermediate_size": 128, "vocab_size": 320, "max_position_embeddings": 2048,
       "torch_dtype": "bfloat16"}
      """;

  private static ObjectNode llama() throws IOException {
    return (ObjectNode) Json.parse(LLAMA);
  }

  private static Architecture read(JsonNode config) {
    return ConfigReader.read(Json.bytes(config), Optional.empty());
  }

  private static ModelcarException refused(JsonNode config) {
    return catchThrowableOfType(ModelcarException.class, () -> read(config));
  }

  @Test
  void whatPythonWritesIsRead() {
    String text =
        LLAMA.replace(
            "\"vocab_size\"", "\"time_step_limit\": [0.0, Infinity], \"x\": NaN, \"vocab_size\"");
    assertThat(ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), Optional.empty()).type())
        .isEqualTo("llama");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1|a pointer of Git LFS",
        "<!DOCTYPE html>|HTML",
        "not json|not JSON: a syntax error at line 1",
      })
  void whatIsNoConfigIsNamed(String text, String what) {
    ModelcarException e =
        catchThrowableOfType(
            ModelcarException.class,
            () -> ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), Optional.empty()));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
    assertThat(e).hasMessageContaining(what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_hidden_layers       | -3        | num_hidden_layers is -3",
        "num_hidden_layers       | 0         | num_hidden_layers is 0",
        "num_hidden_layers       | 1000000   | more than any model has",
        "num_hidden_layers       | \"32\"    | is \"32\", not a whole number",
        "num_hidden_layers       | 2.5       | is 2.5, not a whole number",
        "num_hidden_layers       | null      | it has no num_hidden_layers",
        "hidden_size             | 99999999999999999999 | not a whole number",
        "hidden_size             | 63        | not divisible by 4 attention heads",
        "num_attention_heads     | null      | it has no num_attention_heads",
        "num_key_value_heads     | 3         | not divisible by its 3 key-value heads",
        "vocab_size              | null      | it has no vocab_size",
        "head_dim                | -128      | head_dim is -128",
        "max_position_embeddings | -1        | max_position_embeddings is -1",
        "tie_word_embeddings     | \"yes\"   | is \"yes\", not true or false",
        "quantization_config     | \"fp8\"   | is \"fp8\", not an object",
        "layer_types             | [\"full_attention\"] | 2 layers, but 1 layer_types",
        "model_type              | null      | it has no model_type"
      })
  void liesAreNamed(String key, String value, String words) throws IOException {
    ModelcarException e = refused(llama().set(key, Json.parse(value)));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
    assertThat(e.getMessage()).contains("config.json").contains(words);
  }

  @Test
  void whatTheTypeKeepsMustBeThere() throws IOException {
    ObjectNode deepseek = llama().put("model_type", "deepseek_v3");
    assertThat(refused(deepseek).getMessage()).contains("it has no kv_lora_rank");
    assertThat(read(deepseek.putNull("kv_lora_rank")).assumptions())
        .anyMatch(text -> text.contains("kv_lora_rank is null"));
    ObjectNode jamba =
        llama().put("model_type", "jamba").put("attn_layer_period", 8).put("attn_layer_offset", 8);
    assertThat(refused(jamba).getMessage())
        .contains("attn_layer_offset is 8, not less than attn_layer_period 8");
  }

  @Test
  void layersThatLookAtImagesKeepNothingOfText() throws IOException {
    ObjectNode mllama = llama().put("model_type", "mllama_text_model");
    mllama.set("cross_attention_layers", Json.parse("[1]"));
    Architecture read = read(mllama);
    assertThat(read.caches())
        .hasExactlyElementsOfTypes(LayerCache.Full.class, LayerCache.Cross.class);
    assertThat(read.assumptions()).anyMatch(text -> text.contains("6404 tokens"));
  }

  /** The largest that is accepted, in everything at once, must not overflow. */
  @Test
  void extremesAreSizedOrRefusedButNeverNegative() throws IOException {
    ObjectNode huge =
        llama()
            .put("num_hidden_layers", 2048)
            .put("hidden_size", 1 << 20)
            .put("num_attention_heads", 1 << 14)
            .put("num_key_value_heads", 1 << 14)
            .put("head_dim", 16)
            .put("intermediate_size", 1 << 26)
            .put("vocab_size", 1L << 40)
            .put("max_position_embeddings", 1 << 30);
    SizingRequest request = SizingRequest.standard().on(Gpu.named("H100"), 1);
    Sizing sizing =
        Sizer.size(
            ModelHeaders.read(List.of(text("config.json", "" + huge), weights(2048))), request);
    assertThat(sizing.fits()).hasValue(false);
    assertThat(sizing.cache().bytesPerToken()).isPositive();
    assertThat(sizing.cache().bytesPerRequest()).isPositive();
    assertThat(refused(huge.put("head_dim", 65_536)).getMessage())
        .contains("attention heads of the size 65536 are more than any model has");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"a\": NaN}", "", "{", "\"text\"", "{\"a\":1,\"a\":2}"})
  void whatIsNoConfigIsRefused(String text) {
    ModelcarException e =
        catchThrowableOfType(
            ModelcarException.class,
            () -> ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), Optional.empty()));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
  }

  @Test
  void unknownTypesAreSaidOrRefused() throws IOException {
    Architecture usual = read(llama().put("model_type", "novel"));
    assertThat(usual.assumptions()).anyMatch(text -> text.contains("novel) is not known"));
    ModelcarException e = refused(llama().put("model_type", "novel").put("mamba_d_state", 16));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_ARCHITECTURE_UNKNOWN);
    assertThat(e.getMessage()).contains("novel").contains("mamba_d_state");
    ModelcarException kind =
        refused(llama().set("layer_types", Json.parse("[\"full_attention\",\"holographic\"]")));
    assertThat(kind.code()).isEqualTo(SizingError.SIZING_ARCHITECTURE_UNKNOWN);
    assertThat(refused(llama().put("model_type", "bert")).code())
        .isEqualTo(SizingError.SIZING_NOT_GENERATIVE);
  }

  @Test
  void whatIsAssumedIsSaid() throws IOException {
    ObjectNode config = llama().put("torch_dtype", "int3");
    config.putObject("quantization_config").put("quant_method", "magic");
    assertThat(read(config).assumptions())
        .anyMatch(text -> text.contains("unknown dtype \"int3\""))
        .anyMatch(text -> text.contains("\"magic\" is not known"));
    assertThat(read(llama().put("torch_dtype", "float32")).assumptions())
        .anyMatch(text -> text.contains("float32"));
    Architecture nested =
        read(Json.parse("{\"model_type\":\"mystery_vl\",\"text_config\":" + LLAMA + "}"));
    assertThat(nested.dimensions().layers()).isEqualTo(2);
    assertThat(nested.assumptions()).anyMatch(text -> text.contains("architectures"));
  }

  // ---- files ----

  private static ModelFile file(String path, byte[] content) {
    return new ModelFile(
        path,
        content.length,
        Optional.empty(),
        Optional.empty(),
        offset ->
            new ChunkReader() {
              private boolean done;

              @Override
              public ByteBuffer next() {
                int from = done ? content.length : (int) offset;
                done = true;
                return ByteBuffer.wrap(content, from, content.length - from);
              }

              @Override
              public void close() {}
            });
  }

  private static ModelFile text(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private static ModelFile weights(int layers) {
    List<String> tensors = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      tensors.add(
          "\"model.layers.%d.mlp.up_proj.weight\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[%d,%d]}"
              .formatted(i, 4 * i, 4 * i + 4));
    }
    byte[] header = ("{" + String.join(",", tensors) + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + 4 * layers).order(ByteOrder.LITTLE_ENDIAN);
    return file("model.safetensors", bytes.putLong(header.length).put(header).array());
  }

  private static ModelcarException refused(ModelFile... files) {
    return catchThrowableOfType(ModelcarException.class, () -> ModelHeaders.read(List.of(files)));
  }

  @Test
  void headersThatContradictAreRefused() throws IOException {
    ModelHeaders.read(List.of(text("config.json", LLAMA), weights(2)));
    ModelcarException e = refused(text("config.json", LLAMA), weights(5));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
    assertThat(e.getMessage()).contains("num_hidden_layers is 2").contains("5 layers");
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertThat(refused(text("README.md", "x")).code()).isEqualTo(SizingError.SIZING_CONFIG_MISSING);
    assertThat(refused(text("config.json", LLAMA)).code())
        .isEqualTo(SizingError.SIZING_CONFIG_MISSING);
    ModelcarException adapter =
        refused(text("adapter_config.json", "{\"base_model_name_or_path\":\"org/base\"}"));
    assertThat(adapter.code()).isEqualTo(SizingError.SIZING_ADAPTER);
    assertThat(adapter.getMessage()).contains("org/base");
    assertThat(refused(gguf("a-Q4.gguf", Map.of()), gguf("a-Q8.gguf", Map.of())).code())
        .isEqualTo(SizingError.SIZING_AMBIGUOUS);
  }

  // ---- GGUF ----

  static ModelFile gguf(String path, Map<String, Object> values) {
    ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    out.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(1).putLong(values.size());
    values.forEach((key, value) -> {
      string(out, key);
      if (value instanceof String text) {
        string(out.putInt(8), text);
      } else if (value instanceof List<?> list) {
        out.putInt(9).putInt(5).putLong(list.size());
        list.forEach(item -> out.putInt((Integer) item));
      } else {
        out.putInt(4).putInt((Integer) value);
      }
    });
    string(out, "token_embd.weight");
    out.putInt(2).putLong(64).putLong(320).putInt(1).putLong(0);
    int data = Math.ceilDiv(out.position(), 32) * 32;
    byte[] bytes = new byte[data + 64 * 320 * 2];
    System.arraycopy(out.array(), 0, bytes, 0, out.position());
    return file(path, bytes);
  }

  private static void string(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  @Test
  void cutOffHeadersAreRefused() throws IOException {
    ModelFile whole = gguf("m.gguf", Map.of("general.architecture", "llama"));
    byte[] bytes = whole.head((int) whole.size());
    for (int length : new int[] {3, 20, 40, 80, bytes.length - 1}) {
      assertThat(refused(file("m.gguf", java.util.Arrays.copyOf(bytes, length))).code())
          .isEqualTo(PackagingError.WEIGHTS_INVALID);
    }
  }

  @Test
  void headersOfGgufThatLieAreNamed() throws IOException {
    for (Object layers : new Object[] {0, "many", 100_000}) {
      ModelFile file =
          gguf("m.gguf", Map.of("general.architecture", "llama", "llama.block_count", layers));
      ModelcarException e =
          catchThrowableOfType(
              ModelcarException.class,
              () -> Sizer.size(ModelHeaders.read(List.of(file)), SizingRequest.standard()));
      assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
      assertThat(e.getMessage()).contains("m.gguf").contains("block_count");
    }
  }

  private static Map<String, Object> llamaKeys(String key, Object value) {
    Map<String, Object> keys =
        new TreeMap<>(
            Map.of(
                "general.architecture", "llama",
                "llama.block_count", 2,
                "llama.embedding_length", 64,
                "llama.attention.head_count", 4,
                "llama.attention.head_count_kv", 2));
    keys.put(key, value);
    return keys;
  }

  static List<Arguments> lyingKeys() {
    return List.of(
        Arguments.of("llama.attention.head_count_kv", 0, "no layer keeps anything"),
        Arguments.of("llama.attention.head_count_kv", List.of(2, -2), "not between 0 and"),
        Arguments.of("llama.attention.head_count_kv", 8, "more than attention.head_count"),
        Arguments.of("llama.attention.key_length", 1 << 30, "not between 1 and 65536"),
        Arguments.of("llama.context_length", Integer.MAX_VALUE, "not between 1 and 1073741824"),
        Arguments.of("llama.block_count", "2", "is \"2\", not a whole number"),
        Arguments.of("general.architecture", "novel\u001b[1m", "it has no novel?[1m.block_count"));
  }

  @ParameterizedTest
  @MethodSource("lyingKeys")
  void keysOfGgufThatLieAreNamed(String key, Object value, String words) {
    ModelFile file = gguf("m.gguf", llamaKeys(key, value));
    ModelcarException e =
        catchThrowableOfType(
            ModelcarException.class,
            () -> Sizer.size(ModelHeaders.read(List.of(file)), SizingRequest.standard()));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_CONFIG_INVALID);
    assertThat(e.getMessage()).contains("m.gguf").contains(words);
    assertThat(e.hint()).doesNotContain("config.json");
  }

  @Test
  void encodersInGgufHaveNoCache() {
    ModelFile file = gguf("m.gguf", Map.of("general.architecture", "nomic-bert"));
    ModelcarException e =
        catchThrowableOfType(
            ModelcarException.class,
            () -> Sizer.size(ModelHeaders.read(List.of(file)), SizingRequest.standard()));
    assertThat(e.code()).isEqualTo(SizingError.SIZING_NOT_GENERATIVE);
  }

  /** 4 layers, every second slides: cells of 256, with a window of 100 and 512 tokens at once. */
  @Test
  void cachesOfLlamaCppAreCountedApart() throws IOException {
    ModelFile file =
        gguf(
            "m.gguf",
            Map.of(
                "general.architecture", "gemma2",
                "gemma2.block_count", 4,
                "gemma2.embedding_length", 64,
                "gemma2.attention.head_count", 4,
                "gemma2.attention.head_count_kv", 2,
                "gemma2.attention.key_length", 16,
                "gemma2.attention.value_length", 16,
                "gemma2.attention.sliding_window", 100,
                "gemma2.context_length", 4096));
    Sizing sizing = Sizer.size(ModelHeaders.read(List.of(file)), SizingRequest.standard());
    // A token of a layer: 2 heads x (16 + 16) x 2 bytes = 128.
    assertThat(sizing.cache().parts())
        .containsEntry("full", 2 * 4096 * 128L)
        .containsEntry("sliding", 2 * 768 * 128L)
        .containsEntry("recurrent", 0L);
    assertThat(sizing.cache().bytesPerToken()).isEqualTo(256);
  }

  /** Qwen3.6-27B in Q8_0: 16 of 64 layers attend, the others keep a state. */
  @Test
  void statesOfLlamaCppAreCountedApart() throws IOException {
    ModelFile file =
        gguf(
            "m.gguf",
            Map.ofEntries(
                Map.entry("general.architecture", "qwen35"),
                Map.entry("qwen35.block_count", 65),
                Map.entry("qwen35.nextn_predict_layers", 1),
                Map.entry("qwen35.embedding_length", 5120),
                Map.entry("qwen35.attention.head_count", 24),
                Map.entry("qwen35.attention.head_count_kv", 4),
                Map.entry("qwen35.attention.key_length", 256),
                Map.entry("qwen35.attention.value_length", 256),
                Map.entry("qwen35.full_attention_interval", 4),
                Map.entry("qwen35.ssm.conv_kernel", 4),
                Map.entry("qwen35.ssm.inner_size", 6144),
                Map.entry("qwen35.ssm.state_size", 128),
                Map.entry("qwen35.ssm.group_count", 16)));
    SizingRequest standard = SizingRequest.standard().withContext(65_536);
    SizingRequest request =
        new SizingRequest(
            standard.engine(),
            standard.gpu(),
            standard.gpus(),
            standard.context(),
            standard.concurrency(),
            standard.vllm(),
            new SizingRequest.LlamaCpp("q8_0", "q8_0", 1, 512));
    Sizing sizing = Sizer.size(ModelHeaders.read(List.of(file)), request);
    // 16 x 65536 x 2 x 1024 numbers in 34 bytes for 32; 48 x (3 x 10240 + 128 x 6144) x 4 bytes.
    assertThat(sizing.cache().parts())
        .containsEntry("full", 16L * 65_536 * 2 * 1024 / 32 * 34)
        .containsEntry("recurrent", 48L * (3 * 10_240 + 128 * 6144) * 4);
  }
}
