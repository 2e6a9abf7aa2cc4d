package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A model in vLLM on GPUs of one kind. Bytes are those on each GPU.
 *
 * @param weightBytes with the tables for positions
 * @param outsideTorch what CUDA and NCCL take
 * @param graphs what is set aside for CUDA graphs
 * @param availableBytes for the cache; may be negative
 * @param kvDtype of the cache, in vLLM's words
 * @param tokens that vLLM's log names
 * @param concurrency requests of the longest kind that fit at once
 * @param largestContext that a single request can have
 * @param assumptions in sentences
 */
public record VllmSize(
    long weightBytes,
    Activation activation,
    long outsideTorch,
    long graphs,
    long availableBytes,
    String kvDtype,
    List<Group> groups,
    long blocks,
    long blockBytes,
    double bytesPerToken,
    long tokens,
    long bytesPerRequest,
    double concurrency,
    long largestContext,
    List<String> assumptions) {

  /**
   * Layers with a common block table.
   *
   * @param blocksPerRequest that a request of the longest kind takes at most
   */
  public record Group(
      String kind, int layers, long blockTokens, long pageBytes, long blocksPerRequest) {}

  /** Sizes a model on a GPU of which vLLM may use a share. */
  public static VllmSize of(
      Architecture architecture, Weights weights, VllmSetup setup, Gpu gpu, double utilization) {
    int gpus = setup.tensorParallel();
    long positions =
        architecture.context().orElse(0)
            * architecture.dimensions().headSize()
            * architecture.dtype().bytes();
    long weightBytes =
        weights.bytesPerGpu(architecture, gpus, setup.speculation().isDraftHead()) + positions;
    Activation activation = Activation.of(architecture, setup);
    long outside = setup.version().outsideTorch(gpus);
    long graphs = setup.version().reservesGraphs() ? VllmVersion.mebibytes(600) : 0;
    long available =
        (long) (gpu.bytes() * utilization) - weightBytes - activation.bytes() - outside - graphs;
    return cut(architecture, setup, weightBytes, activation, outside, graphs, available);
  }

  /** Cuts a cache whose size is known, such as from a log; weights are not counted. */
  public static VllmSize ofCache(Architecture architecture, VllmSetup setup, long available) {
    return cut(architecture, setup, 0, Activation.of(architecture, setup), 0, 0, available);
  }

  private static VllmSize cut(
      Architecture architecture,
      VllmSetup setup,
      long weightBytes,
      Activation activation,
      long outside,
      long graphs,
      long available) {
    CacheLayout layout = CacheLayout.of(architecture, setup);
    long blocks = layout.blocks(available);
    return new VllmSize(
        weightBytes,
        activation,
        outside,
        graphs,
        available,
        CacheSpecs.dtype(architecture, setup),
        layout.groups().stream()
            .map(group ->
                new Group(
                    group.spec().kind().toString(),
                    group.layers(),
                    group.spec().blockTokens(),
                    group.spec().pageBytes(),
                    group.spec().blocks(setup)))
            .toList(),
        blocks,
        layout.blockBytes(),
        layout.bytesPerToken(setup),
        layout.tokens(blocks, setup),
        layout.blocksPerRequest(setup) * layout.blockBytes(),
        layout.concurrency(blocks, setup),
        layout.largestContext(blocks, setup),
        new ArrayList<>(layout.assumptions()));
  }
}
