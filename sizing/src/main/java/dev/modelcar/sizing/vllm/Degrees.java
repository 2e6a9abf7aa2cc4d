package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.LayerCache;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Among how many GPUs the layers of a model can be divided. */
public final class Degrees {
  /** vLLM pads vocabularies to multiples of this. */
  private static final int VOCABULARY = 64;

  private static final List<Integer> USUAL = List.of(1, 2, 4, 8, 16);

  private Degrees() {}

  /** The powers of two that divide it. */
  public static List<Integer> of(Architecture architecture) {
    return USUAL.stream().filter(gpus -> obstacle(architecture, gpus).isEmpty()).toList();
  }

  /** Every number up to {@code most} that divides it. */
  public static List<Integer> upTo(Architecture architecture, int most) {
    return IntStream.rangeClosed(1, most)
        .boxed()
        .filter(gpus -> obstacle(architecture, gpus).isEmpty())
        .toList();
  }

  /**
   * Whether so many GPUs can divide the tokens of a request, as vLLM demands it: only those that
   * would hold the same key-value head otherwise.
   */
  public static boolean sharesContext(Architecture architecture, int gpus, int contextParallel) {
    Architecture.Dimensions dimensions = architecture.dimensions();
    return contextParallel == 1
        || architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Latent)
        || (contextParallel <= gpus / dimensions.kvHeads()
            && dimensions.heads() / dimensions.kvHeads() % contextParallel == 0);
  }

  /** Why a model cannot be divided among so many GPUs, as vLLM would refuse it. */
  public static Optional<String> obstacle(Architecture architecture, int gpus) {
    Architecture.Dimensions dimensions = architecture.dimensions();
    boolean attends =
        architecture.caches().stream().anyMatch(c -> !(c instanceof LayerCache.State));
    if (attends && dimensions.heads() % gpus != 0) {
      return Optional.of("%d attention heads".formatted(dimensions.heads()));
    }
    boolean latent = architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Latent);
    int kvHeads = dimensions.kvHeads();
    if (attends && !latent && kvHeads % gpus != 0 && gpus % kvHeads != 0) {
      return Optional.of("%d key-value heads".formatted(kvHeads));
    }
    for (LayerCache cache : architecture.caches()) {
      if (cache instanceof LayerCache.State state
          && state.heads() > 1
          && state.heads() % gpus != 0) {
        return Optional.of("%d heads of the %s".formatted(state.heads(), state.name()));
      }
    }
    if (Math.ceilDiv(dimensions.vocabulary(), VOCABULARY) * VOCABULARY % gpus != 0) {
      return Optional.of("a vocabulary of %d tokens".formatted(dimensions.vocabulary()));
    }
    int size =
        architecture
            .experts()
            .map(Architecture.Experts::intermediate)
            .orElse(dimensions.intermediate());
    if (size % gpus != 0) {
      return Optional.of("an intermediate size of %d".formatted(size));
    }
    int block = architecture.weightBlock();
    if (block > 1 && size / gpus % block != 0) {
      return Optional.of(
          "an intermediate size of %d in quantized blocks of %d".formatted(size, block));
    }
    return Optional.empty();
  }
}
