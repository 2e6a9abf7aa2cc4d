package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How bytes are moved. */
final class TransferOptions {
  private static final long STANDARD_MEMORY = 128L << 20;

  /** A registry computes the digest of a layer on one processor, so fewer would let links idle. */
  private static final int FEWEST = 4;

  /** More than other tools open at once may be too much for a registry that others use, too. */
  private static final int USUAL_MOST = 8;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "how many layers or files move at once (default: as many as there are processors, from 4"
              + " to 8; of copies 8)")
  @Nullable Integer parallel;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "memory for buffers (default: 128MiB, or a third of the heap if that is less)")
  @Nullable String memory;

  @Option(
      names = "--retry-for",
      paramLabel = "DURATION",
      description =
          "how long to go on without any progress, such as 30s or 10m (default: ${DEFAULT-VALUE})")
  String retryFor = "2m";

  @Option(
      names = "--stall-timeout",
      paramLabel = "DURATION",
      description = "how long a connection may be silent (default: 30s)")
  @Nullable String stallTimeout;

  private boolean movesLittle;

  int parallel() {
    return parallelOr(Math.clamp(Runtime.getRuntime().availableProcessors(), FEWEST, USUAL_MOST));
  }

  /** Copies are not hashed here, so what each connection carries is their only limit. */
  int parallelCopies() {
    return parallelOr(USUAL_MOST);
  }

  private int parallelOr(int standard) {
    if (parallel == null) {
      return standard;
    }
    if (parallel < 1 || parallel > 64) {
      throw usage("--parallel takes a number from 1 to 64");
    }
    return parallel;
  }

  /** Nothing to speak of is moved, so what is said of buffers is meant for others. */
  void movesLittle() {
    movesLittle = true;
  }

  long memoryBytes() {
    if (memory == null || movesLittle) {
      return Math.min(STANDARD_MEMORY, Runtime.getRuntime().maxMemory() / 3);
    }
    long bytes =
        ByteSize.parse(memory)
            .orElseThrow(() -> usage("--memory takes a size such as 128MiB, not " + memory));
    if (bytes < 8 << 20) {
      throw usage("--memory takes 8MiB at the least");
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 2) {
      throw usage(
          "--memory %s is more than half of Java's heap (%s): a larger container, or outside of one MODELCAR_HEAP=%dm, gives it more"
              .formatted(memory, ByteSize.format(heap), ((2 * bytes) >> 20) + 64));
    }
    return bytes;
  }

  Duration retryFor() {
    return duration("--retry-for", retryFor);
  }

  static Duration duration(String option, String text) {
    var matcher = java.util.regex.Pattern.compile("(\\d{1,6})(ms|s|m|h)").matcher(text.strip());
    if (!matcher.matches()) {
      throw usage(option + " takes a duration such as 30s, 10m or 1h, not " + text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static ModelcarException usage(String message) {
    return new ModelcarException(CoreError.USAGE_INVALID, message);
  }
}
