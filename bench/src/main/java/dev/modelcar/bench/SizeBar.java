package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.sizing.Sizer;
import dev.modelcar.sizing.SizingRequest;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ConfigReader;
import dev.modelcar.sizing.model.ModelFacts;
import dev.modelcar.sizing.model.Weights;
import dev.modelcar.sizing.vllm.VllmSetup;
import dev.modelcar.sizing.vllm.VllmSetup.Speculation;
import dev.modelcar.sizing.vllm.VllmSize;
import dev.modelcar.sizing.vllm.VllmVersion;
import dev.modelcar.testkit.sizes.PublishedSize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How close computed sizes of models come to what others have published. */
final class SizeBar implements Bar {
  private static final double GIB = 1L << 30;

  /** A published size of a cache has two decimals of GiB; what it holds follows from it. */
  private static final double EXACT = 0.001;

  private static final double ON_GPU = 0.05;

  @Override
  public String name() {
    return "size";
  }

  @Override
  public String description() {
    return "`size` against published figures of vLLM, with the error of each";
  }

  @Override
  public List<Row> measure(Workshop workshop) {
    List<Row> rows = new ArrayList<>();
    for (PublishedSize size : PublishedSize.all()) {
      Architecture architecture =
          ConfigReader.read(size.config().getBytes(StandardCharsets.UTF_8), Optional.empty());
      VllmSetup setup = setup(size);
      long cache = (long) size.number("kvBytes").orElse(size.number("kvGib").orElse(0) * GIB);
      VllmSize cut = VllmSize.ofCache(architecture, setup, cache);
      double exact = size.number("tolerance").orElse(EXACT);
      size.number("tokens")
          .ifPresent(
              n -> rows.add(row(size, "tokens in the cache", (double) cut.tokens(), n, exact)));
      size.number("blocks")
          .ifPresent(
              n -> rows.add(row(size, "blocks in the cache", (double) cut.blocks(), n, exact)));
      size.number("concurrency")
          .ifPresent(n -> rows.add(row(size, "concurrency", cut.concurrency(), n, 0.003)));
      size.number("needsGib")
          .ifPresent(
              n -> rows.add(row(size, "GiB of a request", cut.bytesPerRequest() / GIB, n, EXACT)));
      if (size.text("gpu").isPresent() && !size.flag("cacheOnly").orElse(false)) {
        double available = available(size, architecture, setup) / GIB;
        size.number("kvGib")
            .ifPresent(
                n -> rows.add(row(size, "GiB of KV cache on the GPU", available, n, ON_GPU)));
      }
    }
    return rows;
  }

  private static Row row(
      PublishedSize size, String what, double measured, double published, double limit) {
    double error = measured / published - 1;
    return new Row(
        "%s: %s, published %s%s"
            .formatted(
                size,
                what,
                number(published),
                size.text("assumed").map(text -> " (assumed: " + text + ")").orElse("")),
        "%s (%+.2f %%)".formatted(number(measured), 100 * error),
        "± %s %%".formatted(number(100 * limit)),
        Math.abs(error) <= limit);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? "%.0f".formatted(value) : "%.2f".formatted(value);
  }

  private static OptionalInt whole(PublishedSize size, String key) {
    return size.text(key).isPresent()
        ? OptionalInt.of((int) size.number(key).orElse(0))
        : OptionalInt.empty();
  }

  private static VllmSetup setup(PublishedSize size) {
    return new VllmSetup(
        VllmVersion.parse(size.text("vllm").orElse("")).orElse(VllmVersion.NEWEST),
        whole(size, "gpus").orElse(1),
        whole(size, "contextParallel").orElse(1),
        (long) size.number("context").orElse(4096),
        whole(size, "batchedTokens").orElse(8192),
        256,
        size.text("kvDtype").orElse("auto"),
        whole(size, "blockSize"),
        size.text("speculative").flatMap(Speculation::parse).orElse(Speculation.NONE),
        size.flag("prefixCaching").orElse(true));
  }

  private static long available(PublishedSize size, Architecture architecture, VllmSetup setup) {
    double stored =
        size.number("weightBytes")
            .orElse(size.number("weightGib").orElse(0) * GIB * setup.tensorParallel());
    Weights weights =
        new Weights(
            List.of(new TensorInfo("weights", "BF16", (long) stored / 2, (long) stored)),
            List.of(),
            0);
    SizingRequest request =
        new SizingRequest(
            Optional.empty(),
            size.text("gpu").map(Gpu::named),
            OptionalInt.of(setup.tensorParallel()),
            OptionalLong.of(setup.context()),
            OptionalInt.empty(),
            new SizingRequest.Vllm(
                setup.version(),
                size.number("utilization"),
                OptionalInt.empty(),
                OptionalInt.empty(),
                setup.kvDtype(),
                setup.blockSize(),
                setup.speculation(),
                1,
                setup.contextParallel(),
                Optional.of(setup.prefixCaching())),
            SizingRequest.LlamaCpp.standard());
    return Sizer.size(new ModelFacts.Checkpoint(architecture, weights, List.of()), request)
        .cache()
        .availableBytes()
        .orElse(0L);
  }
}
