package dev.modelcar.testkit.model;

/** The small files of a llama-like model. */
final class ModelTexts {
  private ModelTexts() {}

  static String config(int width, int layers) {
    return """
    {
      "architectures": [
        "LlamaForCausalLM"
      ],
      "attention_bias": false,
      "bos_token_id": 1,
      "eos_token_id": 2,
      "hidden_act": "silu",
      "hidden_size": %d,
      "initializer_range": 0.02,
      "intermediate_size": %d,
      "max_position_embeddings": 8192,
      "model_type": "llama",
      "num_attention_heads": 4,
      "num_hidden_layers": %d,
      "num_key_value_heads": 1,
      "rms_norm_eps": 1e-05,
      "rope_theta": 500000.0,
      "tie_word_embeddings": false,
      "torch_dtype": "bfloat16",
      "transformers_version": "4.46.0",
      "use_cache": true,
      "vocab_size": 5
    }
    """
        .formatted(width, 11 * width / 4, layers);
  }

  static String generationConfig() {
    return """
    {
      "_from_model_config": true,
      "bos_token_id": 1,
      "do_sample": true,
      "eos_token_id": 2,
      "temperature": 0.6,
      "top_p": 0.9,
      "transformers_version": "4.46.0"
    }
    """;
  }

  static String tokenizer() {
    return """
    {
      "version": "1.0",
      "truncation": null,
      "padding": null,
      "added_tokens": [
        {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}
      ],
      "normalizer": null,
      "pre_tokenizer": null,
      "post_processor": null,
      "decoder": null,
      "model": {
        "type": "BPE",
        "dropout": null,
        "unk_token": "<unk>",
        "continuing_subword_prefix": null,
        "end_of_word_suffix": null,
        "fuse_unk": false,
        "byte_fallback": false,
        "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 3, "b": 4},
        "merges": []
      }
    }
    """;
  }

  static String tokenizerConfig() {
    return """
    {
      "add_bos_token": true,
      "bos_token": "<s>",
      "clean_up_tokenization_spaces": false,
      "eos_token": "</s>",
      "model_max_length": 8192,
      "tokenizer_class": "PreTrainedTokenizerFast",
      "unk_token": "<unk>"
    }
    """;
  }

  static String specialTokensMap() {
    return """
    {
      "bos_token": "<s>",
      "eos_token": "</s>",
      "unk_token": "<unk>"
    }
    """;
  }

  static String chatTemplate() {
    return """
    {{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>
    {{ message['content'] }}{{ eos_token }}
    {% endfor %}{% if add_generation_prompt %}<|assistant|>
    {% endif %}
    """;
  }

  static String readme(long seed) {
    return """
    ---
    license: apache-2.0
    language:
    - en
    library_name: transformers
    pipeline_tag: text-generation
    tags:
    - llama
    - generated
    ---

    # Generated model %d

    Weights without meaning in a form that is right in every detail: for tests of the tools that
    carry models about.
    """
        .formatted(seed);
  }

  static String license() {
    return """
    Copyright the authors of this generated model

    Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file
    except in compliance with the License. You may obtain a copy of the License at

        http://www.apache.org/licenses/LICENSE-2.0

    Unless required by applicable law or agreed to in writing, software distributed under the
    License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND,
    either express or implied. See the License for the specific language governing permissions
    and limitations under the License.
    """;
  }
}
