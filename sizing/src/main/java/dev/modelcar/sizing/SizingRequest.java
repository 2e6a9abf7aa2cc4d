package dev.modelcar.sizing;

import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.vllm.VllmSetup.Speculation;
import dev.modelcar.sizing.vllm.VllmVersion;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a model is sized for. What is empty is chosen: the engine by the format of the weights, one
 * GPU, the context as the model's own.
 *
 * @param gpu empty: only what does not depend on one, and a table of common ones
 * @param gpus of one instance, for all its kinds of parallelism together
 * @param context tokens of the longest request
 * @param concurrency requests of that length at once
 * @param vllm for vLLM
 * @param llamaCpp for llama.cpp
 */
public record SizingRequest(
    Optional<Engine> engine,
    Optional<Gpu> gpu,
    OptionalInt gpus,
    OptionalLong context,
    OptionalInt concurrency,
    Vllm vllm,
    LlamaCpp llamaCpp) {

  /** What runs a model. */
  public enum Engine {
    VLLM("vllm"),
    LLAMA_CPP("llama.cpp");

    private final String id;

    Engine(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  /**
   * Options of vLLM.
   *
   * @param utilization of a GPU's memory, from 0 to 1
   * @param kvDtype of the cache; {@code auto}: the model's
   */
  public record Vllm(
      VllmVersion version,
      OptionalDouble utilization,
      OptionalInt batchedTokens,
      OptionalInt sequences,
      String kvDtype,
      OptionalInt blockSize,
      Speculation speculation,
      int dataParallel,
      int contextParallel,
      Optional<Boolean> prefixCaching) {

    public static Vllm standard() {
      return new Vllm(
          VllmVersion.NEWEST,
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          "auto",
          OptionalInt.empty(),
          Speculation.NONE,
          1,
          1,
          Optional.empty());
    }
  }

  /**
   * Options of llama.cpp.
   *
   * @param keyType of cached keys
   * @param valueType of cached values
   * @param slots requests that are served at once
   * @param ubatch tokens that are processed at once
   */
  public record LlamaCpp(String keyType, String valueType, int slots, int ubatch) {
    public static LlamaCpp standard() {
      return new LlamaCpp("f16", "f16", 1, 512);
    }
  }

  /** Any GPU, one request of the model's own context, the newest vLLM that is known. */
  public static SizingRequest standard() {
    return new SizingRequest(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Vllm.standard(),
        LlamaCpp.standard());
  }

  public SizingRequest on(Gpu other, int count) {
    return new SizingRequest(
        engine, Optional.of(other), OptionalInt.of(count), context, concurrency, vllm, llamaCpp);
  }

  public SizingRequest withContext(long tokens) {
    return new SizingRequest(
        engine, gpu, gpus, OptionalLong.of(tokens), concurrency, vllm, llamaCpp);
  }

  public SizingRequest with(Vllm other) {
    return new SizingRequest(engine, gpu, gpus, context, concurrency, other, llamaCpp);
  }
}
