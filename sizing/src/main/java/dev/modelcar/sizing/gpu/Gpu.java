package dev.modelcar.sizing.gpu;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.sizing.model.SizingError;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A kind of GPU.
 *
 * @param name as it is asked for
 * @param bytes that software sees, which is less than its label says
 * @param reported whether this was seen in a log; otherwise it is derived from the label
 */
public record Gpu(String name, long bytes, boolean reported) {
  private static final List<Gpu> KNOWN =
      List.of(
          new Gpu("T4", gib(14.58), true),
          new Gpu("V100-16GB", gib(15.77), true),
          new Gpu("V100-32GB", gib(31.73), true),
          new Gpu("RTX3090", gib(23.58), true),
          new Gpu("RTX4090", gib(23.53), true),
          new Gpu("RTX5090", gib(31.36), true),
          new Gpu("A10G", gib(22.06), true),
          new Gpu("A10", gib(22.20), false),
          new Gpu("L4", gib(22.05), true),
          new Gpu("A30", gib(23.60), false),
          new Gpu("A40", gib(44.43), true),
          new Gpu("A6000", gib(47.43), true),
          new Gpu("RTX6000Ada", gib(47.50), true),
          new Gpu("L40", gib(44.39), true),
          new Gpu("L40S", gib(44.39), true),
          new Gpu("RTXPRO6000", gib(94.97), true),
          new Gpu("A100-40GB", gib(39.39), true),
          new Gpu("A100-80GB", gib(79.25), true),
          new Gpu("H100-80GB", gib(79.18), true),
          new Gpu("H100-NVL", gib(93.10), true),
          new Gpu("H20", gib(95.08), true),
          new Gpu("H200", gib(139.80), true),
          new Gpu("GH200", gib(94.50), false),
          new Gpu("B200", gib(178.36), true),
          new Gpu("B300", gib(267.60), false),
          new Gpu("MI300X", gib(191.98), true),
          new Gpu("MI325X", gib(255.98), false),
          new Gpu("MI355X", gib(287.98), false));

  /** Those of which a table of fits consists. */
  private static final List<String> COMMON =
      List.of(
          "L4", "A10G", "RTX4090", "L40S", "A100-40GB", "A100-80GB", "H100-80GB", "H200", "B200");

  private static long gib(double count) {
    return (long) (count * (1L << 30));
  }

  /** A GPU of which nothing but its memory is known. */
  public static Gpu ofMemory(long bytes) {
    return new Gpu("", bytes, true);
  }

  public static List<Gpu> common() {
    return KNOWN.stream().filter(gpu -> COMMON.contains(gpu.name())).toList();
  }

  /**
   * A GPU by its name; case, spaces and dashes do not matter, and neither does a maker. {@code
   * A100} and {@code H100} are those with 80 GB.
   *
   * @throws ModelcarException {@link SizingError#SIZING_GPU_UNKNOWN} with those that are known
   */
  public static Gpu named(String name) {
    String wanted = plain(name);
    if (!wanted.isEmpty()) {
      for (String key : List.of(wanted, wanted + "80gb", wanted + "16gb", wanted + "gb")) {
        for (Gpu gpu : KNOWN) {
          if (plain(gpu.name()).equals(key)) {
            return gpu;
          }
        }
      }
    }
    Gpu nearest =
        KNOWN.stream()
            .min(
                Comparator.comparingInt((Gpu gpu) -> -common(plain(gpu.name()), wanted))
                    .thenComparingInt(gpu -> distance(plain(gpu.name()), wanted)))
            .orElseThrow();
    throw new ModelcarException(
        SizingError.SIZING_GPU_UNKNOWN,
        "the GPU \"%s\" is not known; the nearest name is %s"
            .formatted(name.replaceAll("[^ -~]", "?"), nearest.name()),
        "Known are %s; for any other give its memory, as --gpu-memory 48GiB."
            .formatted(KNOWN.stream().map(Gpu::name).collect(Collectors.joining(", "))),
        null);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("nvidia|geforce|tesla|amd|instinct|[^a-z0-9]", "")
        .replaceAll("sxm\\d?|hbm\\d?e?|pcie", "");
  }

  /** Whether vLLM takes it for a large one, with more requests and longer batches by default. */
  public boolean isLarge() {
    return bytes >= 70L << 30 && !name.startsWith("A100");
  }

  private static int common(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }

  /** Letters to change, add or remove (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
        corner = above;
      }
    }
    return row[b.length()];
  }
}
