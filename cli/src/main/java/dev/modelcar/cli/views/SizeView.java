package dev.modelcar.cli.views;

import dev.modelcar.cli.documents.SizeDocument;
import dev.modelcar.core.ByteSize;
import dev.modelcar.sizing.Sizing;
import dev.modelcar.sizing.vllm.VllmSize;
import java.util.List;
import java.util.Locale;

/** Shows the size of a model. */
public final class SizeView {
  private final Console console;

  public SizeView(Console console) {
    this.console = console;
  }

  /** Prints a size, as text or as a document. */
  public void show(String source, Sizing sizing) {
    console.document(SizeDocument.of(source, sizing));
    Sizing.Model model = sizing.model();
    line(
        "model",
        "%s, %d layers, %s parameters, %s%s"
            .formatted(
                model.architecture(),
                model.layers(),
                billions(model.parameters()),
                model.dtype(),
                model.quantization().map(method -> ", " + method).orElse("")));
    line("engine", (sizing.engine() + " " + sizing.engineVersion()).strip());
    line(
        "weights",
        "%s on each GPU, %s in all"
            .formatted(
                ByteSize.format(sizing.weights().bytesPerGpu()),
                ByteSize.format(sizing.weights().bytes())));
    sizing.placement().ifPresent(placement -> placement(placement));
    cache(sizing);
    sizing.fits().ifPresent(fits -> fits(sizing, fits));
    if (!sizing.degrees().isEmpty()) {
      line("degrees", "tensor parallelism over " + join(sizing.degrees()) + " divides the model");
    }
    table(sizing);
    line("arguments", String.join(" ", sizing.arguments()));
    sizing
        .pod()
        .ifPresent(pod -> {
          line("requests", pod.requests().toString().replaceAll("[{}]", ""));
          line(
              "limits",
              pod.limits().toString().replaceAll("[{}]", "") + "; /dev/shm " + pod.sharedMemory());
        });
    sizing
        .startup()
        .ifPresent(startup ->
            line(
                "start-up",
                "%d to %d s: %s"
                    .formatted(startup.lowSeconds(), startup.highSeconds(), startup.source())));
    sizing.assumptions().forEach(text -> line("assumed", text));
    sizing.unknown().forEach(text -> line("not known", text));
  }

  private void placement(Sizing.Placement placement) {
    line(
        "gpu",
        "%d x %s with %s, of which %s are used%s"
            .formatted(
                placement.gpus(),
                placement.gpu().orElse("a GPU"),
                ByteSize.format(placement.memoryBytes()),
                ByteSize.format(placement.budgetBytes()),
                placement.dataParallel() > 1
                    ? "; %d copies over %d each"
                        .formatted(placement.dataParallel(), placement.tensorParallel())
                    : ""));
    Sizing.Activation activation = placement.activation();
    line(
        "activation",
        "%s (%s to %s), and %s for CUDA"
            .formatted(
                ByteSize.format(activation.bytes()),
                ByteSize.format(activation.lowBytes()),
                ByteSize.format(activation.highBytes()),
                ByteSize.format(placement.otherBytes())));
    line("  source", activation.source());
  }

  private void cache(Sizing sizing) {
    Sizing.Cache cache = sizing.cache();
    line(
        "kv cache",
        "%s%s per token, %s for a request of %d tokens, in %s"
            .formatted(
                cache
                    .availableBytes()
                    .map(bytes -> ByteSize.format(bytes) + " available; ")
                    .orElse(""),
                ByteSize.format(Math.round(cache.bytesPerToken())),
                ByteSize.format(cache.bytesPerRequest()),
                sizing.context(),
                cache.dtype()));
    for (VllmSize.Group group : cache.groups()) {
      line(
          "  group",
          "%s, blocks of %d tokens, %d of them for a request: %s"
              .formatted(
                  Texts.count(group.layers(), "layer"),
                  group.blockTokens(),
                  group.blocksPerRequest(),
                  group.kind()));
    }
    cache.parts().forEach((part, bytes) -> line("  " + part, ByteSize.format(bytes)));
  }

  private void fits(Sizing sizing, boolean fits) {
    Sizing.Cache cache = sizing.cache();
    line(
        "fits",
        "%s: %d tokens, %s requests of %d tokens at once%s"
            .formatted(
                fits ? "yes" : "no",
                cache.tokens().orElse(0L),
                number(cache.maxConcurrency().orElse(0.0)),
                sizing.context(),
                sizing.reason().map(why -> "; " + why).orElse("")));
  }

  private void table(Sizing sizing) {
    for (Sizing.Fit fit : sizing.table()) {
      line(
          "on",
          "%-11s %10s  %s"
              .formatted(
                  fit.gpu(),
                  ByteSize.format(fit.memoryBytes()),
                  fit.gpus().isPresent()
                      ? "%d: %s requests at once"
                          .formatted(fit.gpus().getAsInt(), number(fit.maxConcurrency()))
                      : fit.largestContext() > 0
                          ? "only with at most %d tokens".formatted(fit.largestContext())
                          : "does not fit on 8"));
    }
  }

  private void line(String key, String value) {
    console.result("%-10s %s".formatted(key, value));
  }

  private static String join(List<Integer> numbers) {
    return String.join(", ", numbers.stream().map(Object::toString).toList());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String billions(long count) {
    return count >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f billion", count / 1e9)
        : String.format(Locale.ROOT, "%.1f million", count / 1e6);
  }
}
