package dev.modelcar.cli.documents;

import dev.modelcar.sizing.Sizing;
import dev.modelcar.sizing.vllm.VllmSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code modelcar size} prints as JSON. */
public record SizeDocument(
    String source,
    Engine engine,
    Sizing.Model model,
    Sizing.Weights weights,
    Kv kv,
    long context,
    int concurrency,
    Optional<Double> maxConcurrency,
    Optional<Long> largestContext,
    Optional<Boolean> fits,
    Optional<String> reason,
    Optional<Sizing.Placement> placement,
    List<Integer> tensorParallel,
    List<Fit> table,
    List<String> arguments,
    Optional<Sizing.Pod> pod,
    Optional<Sizing.Startup> startup,
    List<String> assumptions,
    List<String> unknown) {

  record Engine(String name, Optional<String> version) {}

  record Kv(
      String dtype,
      Optional<Long> availableBytes,
      long bytesPerToken,
      Optional<Long> tokens,
      long bytesPerRequest,
      Optional<Long> totalBytes,
      Optional<Long> blocks,
      Optional<Long> blockBytes,
      List<VllmSize.Group> groups,
      Map<String, Long> parts) {}

  record Fit(
      String gpu,
      long memoryBytes,
      boolean fits,
      Optional<Integer> gpus,
      double maxConcurrency,
      long largestContext,
      Optional<Sizing.Use> perGpu) {}

  public static SizeDocument of(String source, Sizing sizing) {
    Sizing.Cache cache = sizing.cache();
    return new SizeDocument(
        source,
        new Engine(
            sizing.engine(), Optional.of(sizing.engineVersion()).filter(text -> !text.isEmpty())),
        sizing.model(),
        sizing.weights(),
        new Kv(
            cache.dtype(),
            cache.availableBytes(),
            Math.round(cache.bytesPerToken()),
            cache.tokens(),
            cache.bytesPerRequest(),
            cache.totalBytes(),
            cache.blocks(),
            cache.blockBytes(),
            cache.groups(),
            cache.parts()),
        sizing.context(),
        sizing.concurrency(),
        cache.maxConcurrency(),
        cache.largestContext(),
        sizing.fits(),
        sizing.reason(),
        sizing.placement(),
        sizing.degrees(),
        sizing.table().stream()
            .map(fit ->
                new Fit(
                    fit.gpu(),
                    fit.memoryBytes(),
                    fit.gpus().isPresent(),
                    fit.gpus().isPresent() ? Optional.of(fit.gpus().getAsInt()) : Optional.empty(),
                    fit.maxConcurrency(),
                    fit.largestContext(),
                    fit.perGpu()))
            .toList(),
        sizing.arguments(),
        sizing.pod(),
        sizing.startup(),
        sizing.assumptions(),
        sizing.unknown());
  }
}
