package dev.modelcar.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ConfigReader;
import dev.modelcar.sizing.model.Weights;
import dev.modelcar.sizing.vllm.Degrees;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of the weights lies on each GPU. */
final class WeightsTest {
  private static Architecture architecture(String more) {
    String config =
        """
        {"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": 64,
         "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 2,
         "intermediate_size": 128, "moe_intermediate_size": 96, "num_experts": 8,
         "num_experts_per_tok": 2, "vocab_size": 320, "max_position_embeddings": 2048,
         "torch_dtype": "bfloat16" %s}
        """
            .formatted(more);
    return ConfigReader.read(config.getBytes(StandardCharsets.UTF_8), Optional.empty());
  }

  private static long onGpu(Architecture architecture, int gpus, String name, String dtype) {
    int width = dtype.equals("F32") ? 4 : 2;
    Weights weights =
        new Weights(List.of(new TensorInfo(name, dtype, 8000, 8000L * width)), List.of(), 0);
    return weights.bytesPerGpu(architecture, gpus, false);
  }

  @Test
  void layersAreDividedAndNormsAreNot() {
    Architecture plain = architecture("");
    String layer = "model.layers.0.";
    assertThat(onGpu(plain, 4, layer + "self_attn.q_proj.weight", "BF16")).isEqualTo(4000);
    assertThat(onGpu(plain, 4, layer + "mlp.experts.3.up_proj.weight", "BF16")).isEqualTo(4000);
    assertThat(onGpu(plain, 4, "lm_head.weight", "BF16")).isEqualTo(4000);
    assertThat(onGpu(plain, 4, layer + "input_layernorm.weight", "BF16")).isEqualTo(16_000);
    assertThat(onGpu(plain, 4, layer + "mlp.gate.weight", "BF16")).isEqualTo(16_000);
    // Two heads of keys on four GPUs: each holds one of them.
    assertThat(onGpu(plain, 4, layer + "self_attn.k_proj.weight", "BF16")).isEqualTo(8000);
  }

  @Test
  void tiedAndWideWeightsAreCountedAsLoaded() {
    assertThat(onGpu(architecture(", \"tie_word_embeddings\": true"), 1, "lm_head.weight", "BF16"))
        .isZero();
    assertThat(onGpu(architecture(""), 1, "model.layers.0.mlp.up_proj.weight", "F32"))
        .isEqualTo(16_000);
    assertThat(onGpu(architecture(""), 1, "model.layers.0.mlp.up_proj.weight_scale", "F32"))
        .isEqualTo(32_000);
  }

  @Test
  void degreesAreThoseThatVllmAccepts() {
    assertThat(Degrees.of(architecture(""))).containsExactly(1, 2, 4, 8);
    // 96 in blocks of 32: 3 of them.
    assertThat(
            Degrees.upTo(
                architecture(
                    ", \"quantization_config\": {\"quant_method\": \"fp8\", \"weight_block_size\": [32, 32]}"),
                8))
        .containsExactly(1);
  }

  @Test
  void gpusAreFoundByTheirUsualNames() {
    assertThat(Gpu.named("NVIDIA H100 80GB HBM3")).isEqualTo(Gpu.named("h100"));
    assertThat(Gpu.named("RTX 4090").name()).isEqualTo("RTX4090");
    assertThat(Gpu.named("Tesla T4").name()).isEqualTo("T4");
    assertThat(Gpu.named("A100").name()).isEqualTo("A100-80GB");
    assertThat(Gpu.named("A100").isLarge()).isFalse();
    assertThat(Gpu.named("H100").isLarge()).isTrue();
  }
}
