package dev.modelcar.sizing;

import dev.modelcar.sizing.vllm.VllmSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much memory a model needs, and where it fits. Bytes are those on each GPU unless they say
 * otherwise; what depends on a GPU is empty if none was named.
 *
 * @param engine with its version, such as {@code vllm 0.27}
 * @param context tokens of the longest request
 * @param fits whether the requested concurrency fits; empty without a GPU
 * @param reason why it does not fit, and what would
 * @param degrees of tensor parallelism that divide the model
 * @param table common GPUs, with the fewest of them that hold one request
 * @param arguments for the engine
 * @param assumptions what was assumed, in sentences
 * @param unknown what the figures do not know, in sentences
 */
public record Sizing(
    String engine,
    String engineVersion,
    Model model,
    Weights weights,
    long context,
    int concurrency,
    Optional<Placement> placement,
    Cache cache,
    Optional<Boolean> fits,
    Optional<String> reason,
    List<Integer> degrees,
    List<Fit> table,
    List<String> arguments,
    Optional<Pod> pod,
    Optional<Startup> startup,
    List<String> assumptions,
    List<String> unknown) {

  /** The model, as far as its config and headers say. */
  public record Model(
      String architecture,
      String type,
      int layers,
      long parameters,
      String dtype,
      Optional<String> quantization,
      Optional<Long> contextLength) {}

  /**
   * The weights.
   *
   * @param bytes of all weights as stored
   * @param replicatedBytes that every GPU holds a copy of
   */
  public record Weights(long bytes, long bytesPerGpu, long replicatedBytes) {}

  /**
   * Where it runs.
   *
   * @param budgetBytes of each GPU that the engine may use
   */
  public record Placement(
      Optional<String> gpu,
      long memoryBytes,
      int gpus,
      int tensorParallel,
      int dataParallel,
      int contextParallel,
      double utilization,
      long budgetBytes,
      Activation activation,
      long otherBytes) {}

  /** What is needed besides weights and cache: a range, and what is counted with. */
  public record Activation(long lowBytes, long bytes, long highBytes, String source) {}

  /**
   * The cache.
   *
   * @param availableBytes for it; at least zero
   * @param bytesPerToken for one more token of a long request
   * @param tokens that fit, as the engine's log counts them
   * @param bytesPerRequest of the longest kind
   * @param totalBytes that are allocated
   * @param maxConcurrency requests of the longest kind at once
   * @param largestContext of a single request
   * @param parts bytes by kind of layer, where the engine allocates these apart
   */
  public record Cache(
      String dtype,
      Optional<Long> availableBytes,
      double bytesPerToken,
      Optional<Long> tokens,
      long bytesPerRequest,
      Optional<Long> totalBytes,
      Optional<Double> maxConcurrency,
      Optional<Long> largestContext,
      Optional<Long> blocks,
      Optional<Long> blockBytes,
      List<VllmSize.Group> groups,
      Map<String, Long> parts) {}

  /**
   * A line of the table.
   *
   * @param gpus the fewest that hold one request; empty: none of the usual numbers does
   * @param perGpu what is needed on each of so many, or of the most that were tried; empty if no
   *     number divides the model
   */
  public record Fit(
      String gpu,
      long memoryBytes,
      OptionalInt gpus,
      double maxConcurrency,
      long largestContext,
      Optional<Use> perGpu) {}

  /**
   * What is needed on each of a number of GPUs; of the cache, what has to fit for {@link Fit#gpus}.
   */
  public record Use(
      int gpus, long weightBytes, long cacheBytes, long activationBytes, long otherBytes) {}

  /** What to request of Kubernetes for one instance. */
  public record Pod(
      Map<String, String> requests, Map<String, String> limits, String sharedMemory) {}

  /** How long it takes until the engine serves, in seconds. */
  public record Startup(long lowSeconds, long highSeconds, String source) {}
}
