package dev.modelcar.sizing.vllm;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of vLLM, and what it does differently from others. */
public record VllmVersion(int major, int minor) implements Comparable<VllmVersion> {
  /** The newest whose rules are known here. */
  public static final VllmVersion NEWEST = new VllmVersion(0, 27);

  /** The first whose rules are known here. */
  public static final VllmVersion OLDEST = new VllmVersion(0, 6);

  private static final Pattern TEXT = Pattern.compile("v?(\\d{1,3})\\.(\\d{1,4})(?:\\..*)?");

  /** How a block of DeepSeek-V4's caches is laid out. */
  enum Layout {
    TUPLES,
    BUCKETS,
    PACKED
  }

  /** Reads {@code 0.11}, {@code v0.11.2} and the like. */
  public static Optional<VllmVersion> parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(
            new VllmVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(VllmVersion other) {
    return Comparator.comparingInt(VllmVersion::major)
        .thenComparingInt(VllmVersion::minor)
        .compare(this, other);
  }

  private boolean since(int release) {
    return major > 0 || minor >= release;
  }

  /** Whether prompts are profiled in whole, as before the V1 engine. */
  boolean isFirstEngine() {
    return !since(8);
  }

  /** Whether layers with windows have block tables of their own. */
  boolean hasGroups() {
    return since(10);
  }

  /** Whether layers with chunks have them, too. */
  boolean hasChunkGroups() {
    return since(14);
  }

  /** Bytes for each logit while tokens are sampled. */
  int bytesPerLogit() {
    return since(17) ? 14 : 38;
  }

  /** Whether the workspace of experts stays allocated while tokens are sampled. */
  boolean keepsWorkspace() {
    return since(17);
  }

  /** Memory outside of PyTorch: CUDA's, and NCCL's for several GPUs. */
  long outsideTorch(int gpus) {
    if (gpus == 1) {
      return since(18) ? mebibytes(256) : mebibytes(133);
    }
    return since(18) ? mebibytes(2130) : mebibytes(563);
  }

  /** Whether memory for CUDA graphs is set aside before the cache. */
  boolean reservesGraphs() {
    return since(21);
  }

  /** The default of {@code --gpu-memory-utilization}. */
  public double utilization() {
    return since(21) ? 0.92 : 0.90;
  }

  /**
   * Whether the log's "GPU KV cache size" is concurrency times context, not blocks times tokens.
   */
  boolean logsConcurrency() {
    return since(21);
  }

  /** How many batches may be under way, whose blocks are not free yet. */
  int batchesInFlight() {
    return since(26) ? 2 : 1;
  }

  /** Whether prefix caching of hybrid models is on by default. */
  public boolean cachesHybridPrefixes() {
    return since(27);
  }

  Layout compressedLayout() {
    return since(26) ? Layout.PACKED : since(23) ? Layout.BUCKETS : Layout.TUPLES;
  }

  /** Whether pages that do not divide the largest are padded; before, vLLM refused such models. */
  boolean padsPages() {
    return since(26);
  }

  /** Whether concurrency counts blocks of all groups alike, whatever their pages. */
  boolean countsBlocks() {
    return since(27);
  }

  static long mebibytes(long count) {
    return count << 20;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
