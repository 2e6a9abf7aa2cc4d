package dev.modelcar.sizing.model;

import dev.modelcar.packaging.weights.GgufContents;
import java.util.List;

/** What can be known of a model without reading its weights. */
public sealed interface ModelFacts {

  /** How the model was read, and what else should be known, in sentences. */
  List<String> notes();

  Weights weights();

  /** Safetensors with a config. */
  record Checkpoint(Architecture architecture, Weights weights, List<String> notes)
      implements ModelFacts {
    public Checkpoint {
      notes = List.copyOf(notes);
    }
  }

  /**
   * GGUF, which holds its config itself.
   *
   * @param contents of the first file, with the keys
   * @param weights of all files
   */
  record Gguf(String name, GgufContents contents, Weights weights, List<String> notes)
      implements ModelFacts {
    public Gguf {
      notes = List.copyOf(notes);
    }
  }
}
