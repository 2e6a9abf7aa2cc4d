package dev.modelcar.sizing;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ModelFacts;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.sizing.vllm.Degrees;
import dev.modelcar.sizing.vllm.VllmSetup;
import dev.modelcar.sizing.vllm.VllmSize;
import dev.modelcar.sizing.vllm.VllmVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Sizes a checkpoint for vLLM. */
final class VllmSizer {
  private static final int USUAL_TOKENS = 2048;
  private static final int MANY_TOKENS = 8192;
  private static final int USUAL_SEQUENCES = 256;
  private static final int MANY_SEQUENCES = 1024;
  private static final int MOST_GPUS = 64;

  /** Of which GPU the figures speak that depend on one, while none is named. */
  private static final String STANDARD = "H100-80GB";

  private final Architecture architecture;
  private final ModelFacts.Checkpoint facts;
  private final SizingRequest request;
  private final SizingRequest.Vllm options;
  private final List<String> assumptions = new ArrayList<>();

  VllmSizer(ModelFacts.Checkpoint facts, SizingRequest request) {
    this.facts = facts;
    this.architecture = facts.architecture();
    this.request = request;
    this.options = request.vllm();
    assumptions.addAll(architecture.assumptions());
    assumptions.addAll(facts.notes());
  }

  Sizing size() {
    long context = context();
    note();
    int tensor = tensorParallel();
    Gpu gpu = request.gpu().orElseGet(() -> Gpu.named(STANDARD));
    VllmSetup setup = setup(gpu, tensor, context);
    VllmSize size = size(setup, gpu);
    boolean placed = request.gpu().isPresent();
    assumptions.addAll(size.assumptions());
    int concurrency = request.concurrency().orElse(1);
    boolean fits = size.largestContext() >= context && size.concurrency() >= concurrency;
    int gpus = tensor * options.dataParallel();
    return new Sizing(
        SizingRequest.Engine.VLLM.id(),
        options.version().toString(),
        model(),
        new Sizing.Weights(
            facts.weights().bytes(), size.weightBytes(), facts.weights().replicatedBytes()),
        context,
        concurrency,
        placed ? Optional.of(placement(gpu, setup, size)) : Optional.empty(),
        cache(size, placed),
        placed ? Optional.of(fits) : Optional.empty(),
        placed && !fits
            ? Optional.of(reason(size, context, concurrency) + advice(gpu, context))
            : Optional.empty(),
        Degrees.of(architecture),
        table(context),
        arguments(setup),
        Optional.of(Needs.pod(gpus, facts.weights().largestFile())),
        Optional.of(Needs.startup(size.weightBytes())),
        List.copyOf(assumptions),
        unknown());
  }

  private Sizing.Model model() {
    return new Sizing.Model(
        architecture.name(),
        architecture.type(),
        architecture.dimensions().layers(),
        facts.weights().elements(),
        architecture.dtype().id(),
        architecture.quantization(),
        architecture.context().isPresent()
            ? Optional.of(architecture.context().getAsLong())
            : Optional.empty());
  }

  private long context() {
    if (request.context().isPresent()) {
      long context = request.context().getAsLong();
      if (architecture.context().isPresent() && context > architecture.context().getAsLong()) {
        assumptions.add(
            "The context of %d tokens is more than the %d that the model was made for; vLLM refuses it without VLLM_ALLOW_LONG_MAX_MODEL_LEN=1."
                .formatted(context, architecture.context().getAsLong()));
      }
      return context;
    }
    if (architecture.context().isPresent()) {
      return architecture.context().getAsLong();
    }
    assumptions.add(
        "config.json does not say for how many tokens the model was made; 2048 is taken.");
    return USUAL_TOKENS;
  }

  private void note() {
    VllmVersion version = options.version();
    if (version.compareTo(VllmVersion.NEWEST) > 0) {
      assumptions.add(
          "vLLM %s is newer than the rules known here: those of %s are applied."
              .formatted(version, VllmVersion.NEWEST));
    } else if (version.compareTo(VllmVersion.OLDEST) < 0) {
      assumptions.add(
          "vLLM %s is older than the rules known here: those of %s are applied."
              .formatted(version, VllmVersion.OLDEST));
    }
    if (request.gpu().isPresent() && !request.gpu().get().reported()) {
      assumptions.add(
          "The memory of %s is derived from its label; --gpu-memory gives it exactly."
              .formatted(request.gpu().get().name()));
    }
    if (options.kvDtype().equals("auto") && architecture.kvDtype().isPresent()) {
      assumptions.add("The checkpoint demands an 8-bit KV cache, which vLLM follows.");
    }
    if (options.speculation().isDraftHead() && architecture.draftLayers() == 0) {
      assumptions.add("config.json names no draft layers (MTP); one is counted.");
    }
    if (options.speculation().method().startsWith("eagle")) {
      assumptions.add(
          "The draft head is counted with one layer like the model's; its weights are not counted.");
    }
    if (architecture.isHybrid() && options.prefixCaching().isEmpty()) {
      assumptions.add(
          "Prefix caching, which doubles the states of hybrid models, is %s, as by default in vLLM %s."
              .formatted(version.cachesHybridPrefixes() ? "on" : "off", version));
    }
    if (architecture.quantization().orElse("").equals("mxfp4")) {
      assumptions.add("Experts in MXFP4 are padded to multiples of 256, as for Hopper.");
    }
  }

  // ---- degrees ----

  private int tensorParallel() {
    int data = options.dataParallel();
    if (request.gpus().isPresent()) {
      int gpus = request.gpus().getAsInt();
      if (gpus % data != 0) {
        throw invalid("%d GPUs are not divisible by %d data-parallel ranks".formatted(gpus, data));
      }
      return checked(gpus / data);
    }
    return checked(options.contextParallel());
  }

  /** What would hold the requests, for a request that does not fit. */
  private String advice(Gpu gpu, long context) {
    return Degrees.of(architecture).stream()
        .filter(gpus ->
            gpus % options.contextParallel() == 0
                && Degrees.sharesContext(architecture, gpus, options.contextParallel())
                && holds(gpu, gpus, context))
        .findFirst()
        .map(gpus -> "; with tensor parallelism over %d GPUs it fits".formatted(gpus))
        .orElse("");
  }

  private boolean holds(Gpu gpu, int gpus, long context) {
    VllmSize size = size(setup(gpu, gpus, context), gpu);
    return size.largestContext() >= context
        && size.concurrency() >= request.concurrency().orElse(1);
  }

  private int checked(int gpus) {
    Optional<String> obstacle =
        gpus < 1 || gpus > MOST_GPUS
            ? Optional.of("modelcar divides a copy among at most " + MOST_GPUS)
            : Degrees.obstacle(architecture, gpus).map(what -> "it has " + what);
    if (obstacle.isPresent()) {
      throw new ModelcarException(
          SizingError.SIZING_PARALLEL_INVALID,
          "%s cannot be divided among %d GPUs: %s"
              .formatted(architecture.name(), gpus, obstacle.get()),
          "Degrees that divide it are %s; --data-parallel uses more GPUs with a copy on each."
              .formatted(
                  Degrees.upTo(architecture, 16).stream()
                      .map(Object::toString)
                      .collect(Collectors.joining(", "))),
          null);
    }
    int context = options.contextParallel();
    if (gpus % context != 0) {
      throw invalid(
          "%d GPUs are not divisible by %d context-parallel ranks".formatted(gpus, context));
    }
    if (!Degrees.sharesContext(architecture, gpus, context)) {
      int kvHeads = architecture.dimensions().kvHeads();
      throw new ModelcarException(
          SizingError.SIZING_PARALLEL_INVALID,
          "%d context-parallel ranks on %d GPUs do not fit %d attention heads with %d key-value heads"
              .formatted(context, gpus, architecture.dimensions().heads(), kvHeads),
          "vLLM divides a request's tokens only among GPUs that hold the same key-value head: use at least --gpus %d for each copy, or fewer ranks."
              .formatted(kvHeads * context),
          null);
    }
    return gpus;
  }

  private static ModelcarException invalid(String message) {
    return new ModelcarException(SizingError.SIZING_PARALLEL_INVALID, message);
  }

  // ---- vLLM ----

  private VllmSetup setup(Gpu gpu, int tensor, long context) {
    boolean large = gpu.isLarge() && options.version().compareTo(new VllmVersion(0, 8)) >= 0;
    int tokens = options.batchedTokens().orElse(large ? MANY_TOKENS : USUAL_TOKENS);
    int sequences = options.sequences().orElse(large ? MANY_SEQUENCES : USUAL_SEQUENCES);
    return new VllmSetup(
        options.version(),
        tensor,
        options.contextParallel(),
        context,
        tokens,
        Math.min(sequences, tokens),
        options.kvDtype(),
        options.blockSize(),
        options.speculation(),
        options
            .prefixCaching()
            .orElse(!architecture.isHybrid() || options.version().cachesHybridPrefixes()));
  }

  private VllmSize size(VllmSetup setup, Gpu gpu) {
    return VllmSize.of(architecture, facts.weights(), setup, gpu, utilization());
  }

  private double utilization() {
    return options.utilization().orElse(options.version().utilization());
  }

  private Sizing.Placement placement(Gpu gpu, VllmSetup setup, VllmSize size) {
    return new Sizing.Placement(
        Optional.of(gpu.name()).filter(name -> !name.isEmpty()),
        gpu.bytes(),
        setup.tensorParallel() * options.dataParallel(),
        setup.tensorParallel(),
        options.dataParallel(),
        setup.contextParallel(),
        utilization(),
        (long) (gpu.bytes() * utilization()),
        new Sizing.Activation(
            size.activation().low(),
            size.activation().bytes(),
            size.activation().high(),
            size.activation().source()),
        size.outsideTorch() + size.graphs());
  }

  private static Sizing.Cache cache(VllmSize size, boolean placed) {
    return new Sizing.Cache(
        size.kvDtype(),
        when(placed, Math.max(0, size.availableBytes())),
        size.bytesPerToken(),
        when(placed, size.tokens()),
        size.bytesPerRequest(),
        when(placed, size.blocks() * size.blockBytes()),
        when(placed, size.concurrency()),
        when(placed, size.largestContext()),
        when(placed, size.blocks()),
        Optional.of(size.blockBytes()),
        size.groups(),
        Map.of());
  }

  private static <T> Optional<T> when(boolean known, T value) {
    return known ? Optional.of(value) : Optional.empty();
  }

  private static String reason(VllmSize size, long context, int concurrency) {
    if (size.availableBytes() <= 0) {
      return "the weights alone leave no room for a KV cache: they and what vLLM needs besides exceed its share of a GPU by "
          + ByteSize.format(-size.availableBytes());
    }
    if (size.largestContext() < context) {
      return "one request of %d tokens needs a KV cache of %s, and %s are available; %s"
          .formatted(
              context,
              ByteSize.format(size.bytesPerRequest()),
              ByteSize.format(size.availableBytes()),
              size.largestContext() == 0
                  ? "not even the shortest fits"
                  : "the longest that fits has %d tokens".formatted(size.largestContext()));
    }
    return "%d requests of %d tokens do not fit at once: at most %.2f do"
        .formatted(concurrency, context, size.concurrency());
  }

  private List<Sizing.Fit> table(long context) {
    List<Sizing.Fit> table = new ArrayList<>();
    for (Gpu gpu : Gpu.common()) {
      Sizing.Fit fit =
          new Sizing.Fit(gpu.name(), gpu.bytes(), OptionalInt.empty(), 0, 0, Optional.empty());
      for (int gpus : Degrees.of(architecture)) {
        if (gpus > 8
            || gpus % options.contextParallel() != 0
            || !Degrees.sharesContext(architecture, gpus, options.contextParallel())) {
          continue;
        }
        VllmSize size = size(setup(gpu, gpus, context), gpu);
        boolean holds = size.largestContext() >= context;
        fit =
            new Sizing.Fit(
                gpu.name(),
                gpu.bytes(),
                holds ? OptionalInt.of(gpus) : OptionalInt.empty(),
                size.concurrency(),
                size.largestContext(),
                Optional.of(
                    new Sizing.Use(
                        gpus,
                        size.weightBytes(),
                        size.bytesPerRequest(),
                        size.activation().bytes(),
                        size.outsideTorch() + size.graphs())));
        if (holds) {
          break;
        }
      }
      table.add(fit);
    }
    return table;
  }

  private List<String> arguments(VllmSetup setup) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--max-model-len=" + setup.context());
    arguments.add("--tensor-parallel-size=" + setup.tensorParallel());
    arguments.add("--gpu-memory-utilization=" + String.format(Locale.ROOT, "%.2f", utilization()));
    if (options.dataParallel() > 1) {
      arguments.add("--data-parallel-size=" + options.dataParallel());
    }
    if (options.contextParallel() > 1) {
      arguments.add("--decode-context-parallel-size=" + options.contextParallel());
    }
    if (!options.kvDtype().equals("auto")) {
      arguments.add("--kv-cache-dtype=" + options.kvDtype());
    }
    options
        .batchedTokens()
        .ifPresent(tokens -> arguments.add("--max-num-batched-tokens=" + tokens));
    options.sequences().ifPresent(count -> arguments.add("--max-num-seqs=" + count));
    options.blockSize().ifPresent(size -> arguments.add("--block-size=" + size));
    options
        .prefixCaching()
        .ifPresent(
            on -> arguments.add(on ? "--enable-prefix-caching" : "--no-enable-prefix-caching"));
    if (options.speculation().tokens() > 0) {
      arguments.add(
          "--speculative-config={\"method\":\"%s\",\"num_speculative_tokens\":%d}"
              .formatted(options.speculation().method(), options.speculation().tokens()));
    }
    return arguments;
  }

  private static List<String> unknown() {
    return List.of(
        "Other processes on the GPU, and the fragments of its memory, are not counted.",
        "Activation depends on kernels and on the length of multimodal inputs: compare with the range, and with the log's \"Available KV cache memory\".",
        "LoRA adapters, a separate draft model and CPU offloading are not counted.");
  }
}
