package dev.modelcar.cli.options;

import dev.modelcar.core.ByteSize;
import dev.modelcar.sizing.SizingRequest;
import dev.modelcar.sizing.SizingRequest.Engine;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.llamacpp.LlamaCppSize;
import dev.modelcar.sizing.vllm.VllmSetup;
import dev.modelcar.sizing.vllm.VllmSetup.Speculation;
import dev.modelcar.sizing.vllm.VllmVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a model is sized for. */
public final class SizingOptions {
  private static final long FEWEST_BYTES = 1L << 30;

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description = "kind of GPU, such as L40S, H100 or RTX4090 (default: a table of common ones)")
  @Nullable String gpu;

  @Option(
      names = "--gpu-memory",
      paramLabel = "SIZE",
      description = "memory of a GPU instead, as software sees it: 23.58GiB, or a number of GiB")
  @Nullable String gpuMemory;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description = "GPUs of one instance, all its copies together (default: 1)")
  @Nullable Integer gpus;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "tokens of the longest request (default: what the model was made for)")
  @Nullable Long context;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "requests of that length at once (default: 1)")
  @Nullable Integer concurrency;

  @Option(
      names = "--engine",
      paramLabel = "vllm|llama.cpp",
      description = "what serves the model (default: by the format of its weights)")
  @Nullable String engine;

  @ArgGroup(validate = false, heading = "%nFor vLLM:%n")
  Vllm vllm = new Vllm();

  @ArgGroup(validate = false, heading = "%nFor llama.cpp:%n")
  LlamaCpp llamaCpp = new LlamaCpp();

  /** Options of vLLM, most of them named like its own. */
  static final class Vllm {
    @Option(
        names = "--vllm",
        paramLabel = "VERSION",
        description = "version whose rules apply, such as 0.11 (default: the newest known)")
    @Nullable String version;

    @Option(
        names = {"--gpu-utilization", "--gpu-memory-utilization"},
        paramLabel = "SHARE",
        description = "share of a GPU's memory to use (default: 0.92; before 0.21: 0.90)")
    @Nullable Double utilization;

    @Option(
        names = {"--max-batched-tokens", "--max-num-batched-tokens"},
        paramLabel = "N",
        description = "tokens that a step processes (default: 2048; on H100 and larger: 8192)")
    @Nullable Integer batchedTokens;

    @Option(
        names = "--max-num-seqs",
        paramLabel = "N",
        description = "requests in one step (default: 256; on H100 and larger: 1024)")
    @Nullable Integer sequences;

    @Option(
        names = "--kv-cache-dtype",
        paramLabel = "TYPE",
        description = "type of the KV cache, such as fp8 (default: the model's)")
    String kvDtype = "auto";

    @Option(
        names = "--block-size",
        paramLabel = "N",
        description = "tokens of a block, 8 or a multiple of 16 (default: 16; MLA: 64)")
    @Nullable Integer blockSize;

    @Option(
        names = "--speculative",
        paramLabel = "METHOD[:N]",
        description = "mtp, eagle, eagle3 or ngram, with N tokens drafted at a time")
    @Nullable String speculative;

    @Option(
        names = "--data-parallel",
        paramLabel = "N",
        description = "copies of the model, each on its share of --gpus (default: 1)")
    int dataParallel = 1;

    @Option(
        names = "--context-parallel",
        paramLabel = "N",
        description = "GPUs among which a request's tokens are divided (DCP; default: 1)")
    int contextParallel = 1;

    @Option(
        names = "--prefix-caching",
        arity = "1",
        paramLabel = "true|false",
        description = "keep blocks for later requests; matters to hybrid models")
    @Nullable Boolean prefixCaching;

    private List<String> used() {
      List<String> used = new ArrayList<>();
      note(used, "--vllm", version);
      note(used, "--gpu-utilization", utilization);
      note(used, "--max-batched-tokens", batchedTokens);
      note(used, "--max-num-seqs", sequences);
      note(used, "--kv-cache-dtype", kvDtype.equals("auto") ? null : kvDtype);
      note(used, "--block-size", blockSize);
      note(used, "--speculative", speculative);
      note(used, "--data-parallel", dataParallel == 1 ? null : dataParallel);
      note(used, "--context-parallel", contextParallel == 1 ? null : contextParallel);
      note(used, "--prefix-caching", prefixCaching);
      return used;
    }

    private SizingRequest.Vllm read() {
      Double share = utilization;
      if (share != null && !(share > 0 && share <= 1)) {
        throw Usage.invalid("--gpu-utilization takes a share such as 0.9, not " + share);
      }
      if (!VllmSetup.KV_DTYPES.contains(kvDtype)) {
        throw Usage.invalid(
            "--kv-cache-dtype takes %s, not %s"
                .formatted(String.join(", ", VllmSetup.KV_DTYPES), kvDtype));
      }
      return new SizingRequest.Vllm(
          version == null
              ? VllmVersion.NEWEST
              : VllmVersion.parse(version)
                  .orElseThrow(
                      () -> Usage.invalid("--vllm takes a version such as 0.11.0, not " + version)),
          share == null ? OptionalDouble.empty() : OptionalDouble.of(share),
          positive("--max-batched-tokens", batchedTokens, 1 << 24),
          positive("--max-num-seqs", sequences, 1 << 20),
          kvDtype,
          blockSize(blockSize),
          speculative == null
              ? Speculation.NONE
              : Speculation.parse(speculative)
                  .orElseThrow(() ->
                      Usage.invalid(
                          "--speculative takes mtp, eagle, eagle3 or ngram, with :N for the tokens, not "
                              + speculative)),
          positive("--data-parallel", dataParallel, 1024).orElse(1),
          positive("--context-parallel", contextParallel, 64).orElse(1),
          Optional.ofNullable(prefixCaching));
    }
  }

  /** Options of llama.cpp. */
  static final class LlamaCpp {
    @Option(
        names = "--kv-type",
        paramLabel = "TYPE[:TYPE]",
        description = "type of cached keys and, if different, values, such as q8_0 (default: f16)")
    @Nullable String kvType;

    @Option(
        names = "--slots",
        paramLabel = "N",
        description = "requests served at once, each with --context tokens (default: 1)")
    @Nullable Integer slots;

    @Option(
        names = "--ubatch",
        paramLabel = "N",
        description = "tokens processed at once (default: 512)")
    @Nullable Integer ubatch;

    private List<String> used() {
      List<String> used = new ArrayList<>();
      note(used, "--kv-type", kvType);
      note(used, "--slots", slots);
      note(used, "--ubatch", ubatch);
      return used;
    }

    private SizingRequest.LlamaCpp read() {
      SizingRequest.LlamaCpp standard = SizingRequest.LlamaCpp.standard();
      List<String> types =
          kvType == null ? List.of(standard.keyType()) : Arrays.asList(kvType.split(":", -1));
      if (types.size() > 2 || !LlamaCppSize.types().containsAll(types)) {
        throw Usage.invalid(
            "--kv-type takes %s, or two of them as KEYS:VALUES, not %s"
                .formatted(String.join(", ", LlamaCppSize.types()), kvType));
      }
      return new SizingRequest.LlamaCpp(
          types.getFirst(),
          types.getLast(),
          positive("--slots", slots, 4096).orElse(standard.slots()),
          positive("--ubatch", ubatch, 1 << 20).orElse(standard.ubatch()));
    }
  }

  private static void note(List<String> used, String name, @Nullable Object value) {
    if (value != null) {
      used.add(name);
    }
  }

  private static OptionalInt blockSize(@Nullable Integer size) {
    OptionalInt given = positive("--block-size", size, 1 << 16);
    if (given.isPresent() && given.getAsInt() % 16 != 0 && given.getAsInt() != 8) {
      throw Usage.invalid(
          "--block-size takes 8 or a multiple of 16, as vLLM's kernels do, not " + size);
    }
    return given;
  }

  private static OptionalInt positive(String name, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw Usage.invalid("%s takes a number from 1 to %d, not %d".formatted(name, most, value));
    }
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** What was asked for. */
  public SizingRequest request() {
    if (gpu != null && gpuMemory != null) {
      throw Usage.invalid("--gpu and --gpu-memory exclude each other");
    }
    Long tokens = context;
    if (tokens != null && (tokens < 1 || tokens > 1L << 30)) {
      throw Usage.invalid("--context takes a number of tokens, not " + tokens);
    }
    Optional<Gpu> placed =
        gpu != null
            ? Optional.of(Gpu.named(gpu))
            : Optional.ofNullable(gpuMemory).map(text -> Gpu.ofMemory(memory(text)));
    if (gpus != null && placed.isEmpty()) {
      throw Usage.invalid("--gpus needs --gpu or --gpu-memory");
    }
    return new SizingRequest(
        Optional.ofNullable(engine).map(SizingOptions::engine),
        placed,
        positive("--gpus", gpus, 1024),
        tokens == null ? OptionalLong.empty() : OptionalLong.of(tokens),
        positive("--concurrency", concurrency, 1 << 20),
        vllm.read(),
        llamaCpp.read());
  }

  /** Refuses options that are for another engine than the one that was chosen. */
  public void checkFor(String chosen) {
    List<String> others = chosen.equals(Engine.VLLM.id()) ? llamaCpp.used() : vllm.used();
    if (!others.isEmpty()) {
      throw Usage.invalid(
          "%s does not apply: the model is sized for %s".formatted(others.getFirst(), chosen));
    }
  }

  private static Engine engine(String text) {
    return Arrays.stream(Engine.values())
        .filter(one -> one.id().equals(text))
        .findFirst()
        .orElseThrow(() -> Usage.invalid("--engine takes vllm or llama.cpp, not " + text));
  }

  /** A number without a unit is one of GiB: nobody means 24 bytes. */
  private static long memory(String text) {
    String size = text.matches("\\d{1,4}(\\.\\d{1,3})?") ? text + "GiB" : text;
    OptionalLong bytes = ByteSize.parse(size);
    if (bytes.isEmpty() || bytes.getAsLong() < FEWEST_BYTES) {
      throw Usage.invalid("--gpu-memory takes a size such as 24GiB, not " + text);
    }
    return bytes.getAsLong();
  }
}
