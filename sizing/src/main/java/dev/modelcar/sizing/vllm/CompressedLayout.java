package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.vllm.CacheLayout.Group;
import dev.modelcar.sizing.vllm.CacheSpec.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The layout for DeepSeek-V4, whose layers keep pages of several sizes: one group for all that
 * grows, and groups of about as many layers for each kind of window.
 */
final class CompressedLayout {
  private final List<CacheSpec> growing;
  private final List<List<CacheSpec>> windows;
  private final VllmVersion.Layout layout;

  private CompressedLayout(
      List<CacheSpec> growing, List<List<CacheSpec>> windows, VllmVersion.Layout layout) {
    this.growing = growing;
    this.windows = windows;
    this.layout = layout;
  }

  static CacheLayout of(List<CacheSpec> specs, VllmVersion version) {
    List<CacheSpec> growing = specs.stream().filter(CacheSpec::grows).toList();
    Map<String, List<CacheSpec>> windows =
        specs.stream()
            .filter(spec -> spec.kind() == Kind.SLIDING)
            .collect(
                Collectors.groupingBy(
                    spec -> spec.blockTokens() + " " + spec.reach(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return new CompressedLayout(growing, List.copyOf(windows.values()), version.compressedLayout())
        .cut();
  }

  private CacheLayout cut() {
    List<Integer> counts = new ArrayList<>(List.of(tuples(growing)));
    windows.forEach(window -> counts.add(tuples(window)));
    int size = divisor(counts, counts.getFirst());
    List<List<CacheSpec>> groups = new ArrayList<>();
    groups.add(growing);
    for (List<CacheSpec> window : windows) {
      groups.addAll(split(layout == VllmVersion.Layout.PACKED ? window : padded(window), size));
    }
    return new CacheLayout(
        groups.stream()
            .map(group ->
                new Group(
                    group.stream()
                        .filter(spec -> spec.label().startsWith("compressed"))
                        .findFirst()
                        .orElse(group.getFirst()),
                    group.size(),
                    group.stream().mapToLong(CacheSpec::pageBytes).sum()))
            .toList(),
        blockBytes(groups),
        List.of());
  }

  private long blockBytes(List<List<CacheSpec>> groups) {
    if (layout == VllmVersion.Layout.PACKED) {
      return groups.stream()
          .mapToLong(group -> group.stream().mapToLong(CacheSpec::pageBytes).sum())
          .max()
          .orElse(1);
    }
    if (layout == VllmVersion.Layout.TUPLES) {
      int most = groups.stream().mapToInt(CompressedLayout::tuples).max().orElse(1);
      return most * growing.stream().mapToLong(CacheSpec::pageBytes).distinct().sum();
    }
    Map<Long, Long> most = new TreeMap<>();
    groups.forEach(group ->
        bySize(group).forEach((page, same) -> most.merge(page, (long) same.size(), Math::max)));
    return most.entrySet().stream().mapToLong(e -> e.getKey() * e.getValue()).sum();
  }

  /** Pages of windows become as large as the next that grows. */
  private List<CacheSpec> padded(List<CacheSpec> window) {
    return window.stream()
        .map(spec ->
            spec.padded(
                growing.stream()
                    .mapToLong(CacheSpec::pageBytes)
                    .filter(page -> page >= spec.pageBytes())
                    .min()
                    .orElse(spec.pageBytes())))
        .toList();
  }

  /** Layers of each size are dealt out to as many groups as are needed. */
  private static List<List<CacheSpec>> split(List<CacheSpec> window, int size) {
    int parts = Math.ceilDiv(tuples(window), size);
    List<List<CacheSpec>> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      List<CacheSpec> group = new ArrayList<>();
      for (List<CacheSpec> same : bySize(window).values()) {
        for (int i = part; i < same.size(); i += parts) {
          group.add(same.get(i));
        }
      }
      groups.add(group);
    }
    return groups;
  }

  private static Map<Long, List<CacheSpec>> bySize(List<CacheSpec> group) {
    return group.stream()
        .collect(
            Collectors.groupingBy(CacheSpec::pageBytes, LinkedHashMap::new, Collectors.toList()));
  }

  private static int tuples(List<CacheSpec> group) {
    return bySize(group).values().stream().mapToInt(List::size).max().orElse(1);
  }

  /** The size for which the least is padded if all counts become multiples of it. */
  private static int divisor(List<Integer> counts, int least) {
    int best = least;
    long fewest = Long.MAX_VALUE;
    int most = counts.stream().mapToInt(Integer::intValue).max().orElse(least);
    for (int size = Math.max(1, least); size <= most; size++) {
      long padding = 0;
      for (int count : counts) {
        padding += (size - count % size) % size;
      }
      if (padding <= fewest) {
        fewest = padding;
        best = size;
      }
    }
    return best;
  }
}
