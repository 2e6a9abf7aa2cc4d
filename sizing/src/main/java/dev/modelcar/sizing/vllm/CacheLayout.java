package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.LayerCache;
import dev.modelcar.sizing.vllm.CacheSpec.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The KV cache as vLLM's allocator cuts it: blocks of one size, each of which belongs to one group
 * of layers at a time.
 *
 * @param blockBytes of a block in all layers of a group
 * @param assumptions that were made, in sentences
 */
record CacheLayout(List<Group> groups, long blockBytes, List<String> assumptions) {

  /**
   * Layers with a common block table.
   *
   * @param layers that it has, without those that it is padded with
   * @param bytes of a block in them
   */
  record Group(CacheSpec spec, int layers, long bytes) {}

  static CacheLayout of(Architecture architecture, VllmSetup setup) {
    List<CacheSpec> specs = new ArrayList<>(CacheSpecs.of(architecture, setup));
    if (architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Compressed)) {
      return CompressedLayout.of(specs, setup.version());
    }
    VllmVersion version = setup.version();
    boolean chunks = specs.stream().anyMatch(spec -> spec.kind() == Kind.CHUNKED);
    boolean full = specs.stream().anyMatch(spec -> spec.kind() == Kind.FULL);
    if (full && (!version.hasGroups() || (chunks && !version.hasChunkGroups()))) {
      specs.replaceAll(CacheSpec::asFull);
    }
    if (specs.isEmpty() || areOfOneType(specs)) {
      return uniform(specs);
    }
    return grouped(specs, version);
  }

  /** Whether all layers need as many blocks. */
  private static boolean areOfOneType(List<CacheSpec> specs) {
    CacheSpec first = specs.getFirst();
    return specs.stream()
        .allMatch(spec ->
            spec.kind() == first.kind()
                && spec.reach() == first.reach()
                && spec.blockTokens() == first.blockTokens());
  }

  private static CacheLayout uniform(List<CacheSpec> specs) {
    long bytes = specs.stream().mapToLong(CacheSpec::pageBytes).sum();
    List<Group> groups =
        specs.isEmpty() ? List.of() : List.of(new Group(specs.getFirst(), specs.size(), bytes));
    return new CacheLayout(groups, Math.max(1, bytes), List.of());
  }

  /**
   * Layers of several kinds: pages become as large as the largest, and groups have as many layers
   * as the kind with the fewest, or as that with the most if these are not many more.
   */
  private static CacheLayout grouped(List<CacheSpec> specs, VllmVersion version) {
    List<String> assumptions = new ArrayList<>();
    long page = specs.stream().mapToLong(CacheSpec::pageBytes).max().orElse(1);
    Map<CacheSpec, Integer> kinds = new LinkedHashMap<>();
    for (CacheSpec spec : specs) {
      if (spec.kind() != Kind.STATE
          && page % spec.pageBytes() != 0
          && !version.padsPages()
          && assumptions.isEmpty()) {
        assumptions.add(
            "vLLM %s refuses layers whose pages of %d and %d bytes do not divide each other; they are padded here, as later versions do."
                .formatted(version, spec.pageBytes(), page));
      }
      kinds.merge(spec.withPage(page), 1, Integer::sum);
    }
    int fewest = kinds.values().stream().mapToInt(Integer::intValue).min().orElse(1);
    int most = kinds.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    int size = most < fewest * 1.5 ? most : fewest;
    List<Group> groups = new ArrayList<>();
    kinds.forEach((spec, layers) -> {
      int parts = Math.ceilDiv(layers, size);
      for (int i = 0; i < parts; i++) {
        int own = layers / parts + (i < layers % parts ? 1 : 0);
        groups.add(new Group(spec, own, own * page));
      }
    });
    return new CacheLayout(groups, size * page, assumptions);
  }

  long blocks(long availableBytes) {
    return Math.max(0, availableBytes / blockBytes);
  }

  /** The blocks that a request of the longest kind takes. */
  long blocksPerRequest(VllmSetup setup) {
    return groups.stream().mapToLong(group -> group.spec().blocks(setup)).sum();
  }

  /** Requests of the longest kind that fit at once, as vLLM's log has it. */
  double concurrency(long blocks, VllmSetup setup) {
    if (groups.isEmpty()) {
      return 0;
    }
    long needed = blocksPerRequest(setup);
    boolean alike = groups.stream().allMatch(g -> g.bytes() == groups.getFirst().bytes());
    if (!alike && isCompressed() && !setup.version().countsBlocks()) {
      long bytes =
          groups.stream().mapToLong(group -> group.spec().blocks(setup) * group.bytes()).sum();
      needed = Math.ceilDiv(bytes, groups.getFirst().bytes());
    }
    return (double) blocks / needed;
  }

  private boolean isCompressed() {
    return groups.getFirst().spec().label().startsWith("compressed");
  }

  /** The tokens that vLLM's log names for so many blocks. */
  long tokens(long blocks, VllmSetup setup) {
    if (groups.isEmpty()) {
      return 0;
    }
    if (setup.version().logsConcurrency()) {
      return (long) (concurrency(blocks, setup) * setup.context());
    }
    long block = groups.stream().mapToLong(g -> g.spec().blockTokens()).min().orElse(1);
    return blocks / groups.size() * block * setup.contextParallel();
  }

  /** Bytes on each GPU for one more token of a long request. */
  double bytesPerToken(VllmSetup setup) {
    return groups.stream()
        .filter(group -> group.spec().growsIn(setup))
        .mapToDouble(
            group -> (double) blockBytes / group.spec().blockTokens() / setup.contextParallel())
        .sum();
  }

  /** The longest request that fits, at most as long as the setup has it; 0: none. */
  long largestContext(long blocks, VllmSetup setup) {
    long low = 0;
    long high = setup.context();
    while (low < high) {
      long middle = (low + high + 1) / 2;
      if (blocksPerRequest(setup.with(middle)) <= blocks) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
