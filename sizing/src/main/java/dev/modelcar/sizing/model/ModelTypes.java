package dev.modelcar.sizing.model;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of values of {@code model_type}. */
final class ModelTypes {
  /** Layers of attention with keys and values, with or without windows that the config tells. */
  private static final Set<String> ATTENTION =
      Set.of(
          ("llama mistral ministral3 mixtral mistral3 pixtral qwen qwen2 qwen2_moe qwen2_vl qwen2_vl_text"
                  + " qwen2_5_vl qwen2_5_vl_text qwen2_5_omni_text qwen2_audio qwen3 qwen3_moe qwen3_vl"
                  + " qwen3_vl_text qwen3_vl_moe_text qwen3_omni_moe_text gemma gemma2 gemma3 gemma3_text"
                  + " gemma3n_text gemma4_text gemma4_unified_text phi phi3 phi3_v phi4mm phimoe granite"
                  + " granitemoe granitemoeshared gpt_oss cohere cohere2 starcoder2 gpt2 gpt_bigcode"
                  + " gpt_neox gptj gpt_neo opt bloom falcon mpt stablelm olmo olmo2 olmo3 olmoe exaone"
                  + " exaone4 internlm2 internlm3 baichuan chatglm glm glm4 glm4_moe glm4v_text"
                  + " glm4v_moe_text minicpm minicpm3 deepseek llama4 llama4_text minimax_m2 dbrx arctic"
                  + " nemotron nemotron-nas deci smollm3 seed_oss ernie4_5 ernie4_5_moe hunyuan_v1_dense"
                  + " hunyuan_v1_moe dots1 apertus arcee solar xverse mimo mimo_v2_flash afmoe bailing_moe"
                  + " persimmon openelm aquila mllama_text_model internvl_chat idefics3 smolvlm")
              .split(" "));

  /** One latent vector for each token, with the class of vLLM that keeps it so. */
  static final Set<String> LATENT =
      Set.of(
          "deepseek_v2",
          "deepseek_v3",
          "deepseek_v32",
          "deepseek_mtp",
          "kimi_k2",
          "kimi_linear",
          "glm4_moe_lite",
          "glm_moe_dsa",
          "longcat_flash",
          "pangu_ultra_moe",
          "mistral4",
          "deepseek_vl_v2");

  static final Set<String> HYBRID =
      Set.of(
          "qwen3_next",
          "qwen3_5",
          "qwen3_5_text",
          "qwen3_5_moe",
          "qwen3_5_moe_text",
          "olmo_hybrid",
          "jamba",
          "bamba",
          "granitemoehybrid",
          "nemotron_h",
          "falcon_h1",
          "lfm2",
          "lfm2_moe",
          "minimax_text_01",
          "minimax",
          "minimax_m1",
          "kimi_linear",
          "mamba",
          "mamba2",
          "falcon_mamba",
          "zamba2");

  static final Set<String> OTHER = Set.of("deepseek_v4", "whisper", "bart", "mbart");

  private static final Set<String> NOT_GENERATIVE =
      Set.of(
          ("bert roberta xlm-roberta modernbert distilbert albert electra deberta deberta-v2 mpnet"
                  + " nomic_bert new clip siglip siglip2 vit dinov2 wav2vec2 hubert resnet")
              .split(" "));

  /** Where multimodal models keep the config of their language model. */
  static final List<String> NESTED =
      List.of("text_config", "llm_config", "language_config", "language_model_config");

  /** What the classes of transformers take for keys that published configs leave out. */
  private static final Map<String, Map<String, Long>> STANDARDS =
      Map.of(
          "gemma3_text",
          Map.of(
              "num_attention_heads", 8L,
              "num_key_value_heads", 4L,
              "head_dim", 256L,
              "vocab_size", 262_208L,
              "max_position_embeddings", 131_072L,
              "sliding_window", 4096L),
          "gemma2",
          Map.of("head_dim", 256L),
          "gemma",
          Map.of("head_dim", 256L));

  private ModelTypes() {}

  static boolean isKnown(String type) {
    return ATTENTION.contains(type)
        || LATENT.contains(type)
        || HYBRID.contains(type)
        || OTHER.contains(type);
  }

  static boolean isGenerative(String type) {
    return !NOT_GENERATIVE.contains(type);
  }

  static Map<String, Long> standards(String type) {
    return STANDARDS.getOrDefault(type, Map.of());
  }
}
