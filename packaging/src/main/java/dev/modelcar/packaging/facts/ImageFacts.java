package dev.modelcar.packaging.facts;

import dev.modelcar.core.Digest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is known of an image and of the model in it. Nothing is guessed: what no document says is
 * empty.
 *
 * @param digest of the manifest or index
 * @param bytes of all layers
 * @param annotations of the manifest or index
 * @param card the model card, README.md
 * @param config what config.json says
 * @param weights what the headers of the weights say
 * @param notes what could not be read
 */
public record ImageFacts(
    Digest digest,
    long bytes,
    SortedMap<String, String> annotations,
    Optional<String> card,
    Config config,
    Weights weights,
    List<String> notes) {

  /**
   * From config.json.
   *
   * @param contextLength in tokens
   */
  public record Config(
      Optional<String> architecture,
      Optional<String> dtype,
      Optional<String> quantization,
      Optional<Long> contextLength) {
    static Config none() {
      return new Config(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * From the headers of the weights.
   *
   * @param format such as {@code safetensors}
   * @param dtype the one that most bytes have
   * @param parameters empty for quantized weights, whose numbers are packed
   */
  public record Weights(
      Optional<String> format, Optional<String> dtype, Optional<Long> parameters) {
    static Weights none() {
      return new Weights(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /** A key of the OCI image specification, without its prefix. */
  public Optional<String> annotation(String name) {
    return Optional.ofNullable(annotations.get("org.opencontainers.image." + name))
        .filter(text -> !text.isBlank());
  }
}
