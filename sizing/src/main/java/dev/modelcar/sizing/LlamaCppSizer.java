package dev.modelcar.sizing;

import dev.modelcar.core.ByteSize;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.llamacpp.LlamaCppSize;
import dev.modelcar.sizing.model.ModelFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Sizes a GGUF model for llama.cpp. */
final class LlamaCppSizer {
  private static final long USUAL_CONTEXT = 4096;

  /** CUDA's own, and what is never free. */
  private static final long OUTSIDE = 512L << 20;

  private final ModelFacts.Gguf facts;
  private final SizingRequest request;
  private final SizingRequest.LlamaCpp options;
  private final List<String> assumptions = new ArrayList<>();

  LlamaCppSizer(ModelFacts.Gguf facts, SizingRequest request) {
    this.facts = facts;
    this.request = request;
    this.options = request.llamaCpp();
  }

  Sizing size() {
    Optional<Long> trained = LlamaCppSize.context(facts.name(), facts.contents());
    long context = request.context().orElse(trained.orElse(USUAL_CONTEXT));
    if (request.context().isEmpty() && trained.isEmpty()) {
      assumptions.add(
          "The header does not say for how many tokens the model was made; 4096 is taken.");
    }
    LlamaCppSize size = size(context);
    assumptions.addAll(size.assumptions());
    assumptions.addAll(facts.notes());
    assumptions.add(
        "All layers are on GPUs, and flash attention is on; embeddings stay with the processor.");
    int gpus = request.gpus().orElse(1);
    if (gpus > 1) {
      assumptions.add("Layers are divided among %d GPUs evenly.".formatted(gpus));
    }
    int concurrency = request.concurrency().orElse(options.slots());
    Optional<Long> available = request.gpu().map(gpu -> available(gpu, gpus, size));
    long perSlot = Math.max(1, size.cacheBytes() / options.slots());
    Optional<Double> most = available.map(bytes -> (double) Math.max(0, bytes) / perSlot);
    Optional<Boolean> fits =
        available.map(bytes -> bytes >= Math.max(size.cacheBytes(), perSlot * concurrency));
    Optional<Long> largest = available.map(bytes -> largest(bytes, context));
    return new Sizing(
        SizingRequest.Engine.LLAMA_CPP.id(),
        "",
        new Sizing.Model(
            size.architecture(),
            size.architecture(),
            size.layers(),
            facts.weights().elements(),
            "f16",
            Optional.of("gguf"),
            trained),
        new Sizing.Weights(facts.weights().bytes(), Math.ceilDiv(size.weightBytes(), gpus), 0),
        context,
        concurrency,
        request.gpu().map(gpu -> placement(gpu, gpus, size)),
        new Sizing.Cache(
            options.keyType().equals(options.valueType())
                ? options.keyType()
                : options.keyType() + ":" + options.valueType(),
            available.map(bytes -> Math.max(0, bytes) / gpus),
            size.bytesPerToken() / gpus,
            Optional.of(context * options.slots()),
            perSlot / gpus,
            Optional.of(size.cacheBytes() / gpus),
            most,
            largest,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            parts(size)),
        fits,
        fits.filter(good -> !good).map(bad -> reason(size, available.orElse(0L))),
        List.of(),
        table(size, context),
        arguments(context),
        Optional.of(Needs.pod(gpus, facts.weights().largestFile())),
        Optional.of(Needs.startup(size.weightBytes() / gpus)),
        List.copyOf(assumptions),
        List.of(
            "The buffers for what is computed are an estimate; llama.cpp prints them as it starts.",
            "A separate draft model, LoRA adapters and the projector for images are not counted."));
  }

  private LlamaCppSize size(long context) {
    return LlamaCppSize.of(
        facts.name(),
        facts.contents(),
        facts.weights(),
        context,
        options.slots(),
        options.keyType(),
        options.valueType(),
        options.ubatch());
  }

  private static Map<String, Long> parts(LlamaCppSize size) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("full", size.fullBytes());
    parts.put("sliding", size.slidingBytes());
    parts.put("recurrent", size.recurrentBytes());
    return parts;
  }

  private static long available(Gpu gpu, int gpus, LlamaCppSize size) {
    return gpus * (gpu.bytes() - OUTSIDE - size.computeBytes()) - size.weightBytes();
  }

  private long largest(long available, long context) {
    long low = 0;
    long high = context;
    while (low < high) {
      long middle = (low + high + 1) / 2;
      if (size(middle).cacheBytes() <= available) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static Sizing.Placement placement(Gpu gpu, int gpus, LlamaCppSize size) {
    return new Sizing.Placement(
        Optional.of(gpu.name()).filter(name -> !name.isEmpty()),
        gpu.bytes(),
        gpus,
        1,
        1,
        1,
        1,
        gpu.bytes(),
        new Sizing.Activation(
            size.computeBytes() / 2,
            size.computeBytes(),
            size.computeBytes() * 5 / 2,
            "logits of --ubatch-size tokens and 64 MiB for the rest"),
        OUTSIDE);
  }

  private static String reason(LlamaCppSize size, long available) {
    return available <= 0
        ? "the weights alone exceed the memory by " + ByteSize.format(-available)
        : "the caches need %s, and %s are available"
            .formatted(ByteSize.format(size.cacheBytes()), ByteSize.format(available));
  }

  private List<Sizing.Fit> table(LlamaCppSize size, long context) {
    List<Sizing.Fit> table = new ArrayList<>();
    long perSlot = Math.max(1, size.cacheBytes() / options.slots());
    for (Gpu gpu : Gpu.common()) {
      int gpus = 1;
      while (gpus < 8 && available(gpu, gpus, size) < size.cacheBytes()) {
        gpus *= 2;
      }
      long available = available(gpu, gpus, size);
      table.add(
          new Sizing.Fit(
              gpu.name(),
              gpu.bytes(),
              available >= size.cacheBytes() ? OptionalInt.of(gpus) : OptionalInt.empty(),
              (double) Math.max(0, available) / perSlot,
              available >= size.cacheBytes() ? context : largest(available, context),
              Optional.of(
                  new Sizing.Use(
                      gpus,
                      Math.ceilDiv(size.weightBytes(), gpus),
                      size.cacheBytes() / gpus,
                      size.computeBytes(),
                      OUTSIDE))));
    }
    return table;
  }

  private List<String> arguments(long context) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--ctx-size=" + context * options.slots(),
                "--parallel=" + options.slots(),
                "--n-gpu-layers=999"));
    if (!options.keyType().equals("f16") || !options.valueType().equals("f16")) {
      arguments.add("--cache-type-k=" + options.keyType());
      arguments.add("--cache-type-v=" + options.valueType());
    }
    if (options.ubatch() != 512) {
      arguments.add("--ubatch-size=" + options.ubatch());
    }
    return arguments;
  }
}
