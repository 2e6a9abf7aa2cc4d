package dev.modelcar.sizing;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an engine needs besides GPUs. */
final class Needs {
  private static final long GIB = 1L << 30;
  private static final long SLOW_BYTES_PER_SECOND = 300_000_000;
  private static final long FAST_BYTES_PER_SECOND = 3_000_000_000L;

  private Needs() {}

  /** One process for each GPU and one that serves, and a file of weights while it is read. */
  static Sizing.Pod pod(int gpus, long largestFile) {
    long memory = 4 + 4L * gpus + Math.ceilDiv(largestFile, GIB);
    int processors = 2 + 2 * gpus;
    Map<String, String> requests = new LinkedHashMap<>();
    requests.put("cpu", Integer.toString(processors));
    requests.put("memory", memory + "Gi");
    requests.put("nvidia.com/gpu", Integer.toString(gpus));
    Map<String, String> limits = new LinkedHashMap<>();
    limits.put("cpu", Integer.toString(2 * processors));
    limits.put("memory", memory * 3 / 2 + "Gi");
    limits.put("nvidia.com/gpu", Integer.toString(gpus));
    return new Sizing.Pod(requests, limits, (gpus > 1 ? 2 + gpus : 1) + "Gi");
  }

  static Sizing.Startup startup(long weightBytesPerGpu) {
    return new Sizing.Startup(
        20 + weightBytesPerGpu / FAST_BYTES_PER_SECOND,
        120 + weightBytesPerGpu / SLOW_BYTES_PER_SECOND,
        "weights read at 0.3 to 3 GB/s for each GPU, then 20 to 120 s of compiling and capturing;"
            + " without pulling an image");
  }
}
