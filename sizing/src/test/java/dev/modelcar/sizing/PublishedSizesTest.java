package dev.modelcar.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.packaging.weights.TensorInfo;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes are what logs and tables of others say. */
final class PublishedSizesTest {
  private static final double GIB = 1L << 30;

  /** Figures of KV caches are published with two decimals of GiB. */
  private static final double EXACT = 0.001;

  static Stream<PublishedSize> published() {
    return PublishedSize.all().stream();
  }

  static Stream<PublishedSize> onGpus() {
    return published().filter(size -> size.text("gpu").isPresent() && !isCache(size));
  }

  static Stream<PublishedSize> byHand() {
    return PublishedSize.byHand().stream();
  }

  private static boolean isCache(PublishedSize size) {
    return size.flag("cacheOnly").orElse(false);
  }

  private static int whole(PublishedSize size, String key, int standard) {
    return (int) size.number(key).orElse(standard);
  }

  private static VllmSetup setup(PublishedSize size) {
    return new VllmSetup(
        VllmVersion.parse(size.text("vllm").orElse("")).orElseThrow(),
        whole(size, "gpus", 1),
        whole(size, "contextParallel", 1),
        (long) size.number("context").orElse(4096),
        whole(size, "batchedTokens", 8192),
        256,
        size.text("kvDtype").orElse("auto"),
        block(size),
        size.text("speculative").flatMap(Speculation::parse).orElse(Speculation.NONE),
        size.flag("prefixCaching").orElse(true));
  }

  private static Architecture architecture(PublishedSize size) {
    return ConfigReader.read(size.config().getBytes(StandardCharsets.UTF_8), Optional.empty());
  }

  private static OptionalInt block(PublishedSize size) {
    OptionalDouble block = size.number("blockSize");
    return block.isPresent() ? OptionalInt.of((int) block.getAsDouble()) : OptionalInt.empty();
  }

  /** What a cache of the published size holds. */
  @ParameterizedTest
  @MethodSource("published")
  void cacheHoldsWhatWasLogged(PublishedSize size) {
    Architecture architecture = architecture(size);
    VllmSetup setup = setup(size);
    long cache = (long) size.number("kvBytes").orElse(size.number("kvGib").orElse(0) * GIB);
    VllmSize cut = VllmSize.ofCache(architecture, setup, cache);
    Percentage tolerance = Percentage.withPercentage(100 * size.number("tolerance").orElse(EXACT));
    size.number("tokens")
        .ifPresent(tokens -> assertThat((double) cut.tokens()).isCloseTo(tokens, tolerance));
    size.number("blocks")
        .ifPresent(blocks -> assertThat((double) cut.blocks()).isCloseTo(blocks, tolerance));
    size.number("concurrency")
        .ifPresent(
            most -> assertThat(cut.concurrency()).isCloseTo(most, Percentage.withPercentage(0.3)));
    size.number("needsGib")
        .ifPresent(needs ->
            assertThat(cut.bytesPerRequest() / GIB)
                .isCloseTo(needs, Percentage.withPercentage(0.1)));
    size.flag("fits")
        .ifPresent(fits -> assertThat(cut.largestContext() >= setup.context()).isEqualTo(fits));
  }

  /** How large the cache becomes on a GPU. */
  @ParameterizedTest
  @MethodSource("onGpus")
  void gpuHasRoomForWhatWasLogged(PublishedSize size) {
    Sizing sizing = size(size);
    size.number("kvGib")
        .ifPresent(gib ->
            assertThat(sizing.cache().availableBytes().orElseThrow() / GIB)
                .isCloseTo(gib, Percentage.withPercentage(5)));
    size.number("weightGib")
        .ifPresent(gib ->
            assertThat(sizing.weights().bytesPerGpu() / GIB)
                .isCloseTo(gib, Percentage.withPercentage(1)));
    size.number("activationGib")
        .ifPresent(gib -> {
          Sizing.Activation activation = sizing.placement().orElseThrow().activation();
          assertThat(gib * GIB)
              .isBetween((double) activation.lowBytes(), (double) activation.highBytes());
        });
    size.flag("fits").ifPresent(fits -> assertThat(sizing.fits()).contains(fits));
  }

  private static Sizing size(PublishedSize size) {
    VllmSetup setup = setup(size);
    Architecture architecture = architecture(size);
    double stored =
        size.number("weightBytes")
            .orElse(size.number("weightGib").orElse(0) * GIB * setup.tensorParallel());
    Weights weights =
        new Weights(
            List.of(new TensorInfo("weights", "BF16", (long) stored / 2, (long) stored)),
            List.of(),
            0);
    return Sizer.size(
        new ModelFacts.Checkpoint(architecture, weights, List.of()),
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
            SizingRequest.LlamaCpp.standard()));
  }

  /** Figures of more architectures, computed by hand; the fixture shows how. */
  @ParameterizedTest
  @MethodSource("byHand")
  void cacheIsCutAsByHand(PublishedSize size) {
    Architecture architecture = architecture(size);
    VllmSize cut =
        VllmSize.ofCache(architecture, setup(size), (long) (size.number("kvGib").orElse(0) * GIB));
    assertThat((double) cut.blockBytes()).isEqualTo(size.number("blockBytes").orElseThrow());
    assertThat((double) cut.bytesPerRequest())
        .isEqualTo(size.number("blockBytes").orElseThrow() * size.number("blocks").orElseThrow());
    size.number("bytesPerToken")
        .ifPresent(bytes -> assertThat(cut.bytesPerToken()).isEqualTo(bytes));
  }
}
