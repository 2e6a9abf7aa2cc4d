package dev.modelcar.cli.options;

import dev.modelcar.core.ByteSize;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How bytes are moved. */
public final class TransferOptions {
  private static final long STANDARD_MEMORY = 128L << 20;

  /** Registries hash each layer on one processor, so fewer would leave the network idle. */
  private static final int FEWEST = 4;

  /** More than other tools open at once may overload a shared registry. */
  private static final int USUAL_MOST = 8;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "how many layers or files move at once (default: one per processor, 4 to 8; copies: 8)")
  @Nullable Integer parallel;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "memory for buffers (default: 128MiB, at most a third of the heap)")
  @Nullable String memory;

  @Option(
      names = "--retry-for",
      paramLabel = "DURATION",
      description =
          "how long to retry without progress, as 30s or 10m (default: 2m; preflight: 5s)")
  @Nullable String retryFor;

  private String standardRetryFor = "2m";
  private Optional<Duration> standardStallTimeout = Optional.empty();

  @Option(
      names = "--stall-timeout",
      paramLabel = "DURATION",
      description = "how long a connection may be idle (default: 30s; preflight: 10s)")
  @Nullable String stallTimeout;

  public int parallel() {
    return parallelOr(Math.clamp(Runtime.getRuntime().availableProcessors(), FEWEST, USUAL_MOST));
  }

  /** Copies are not hashed here, so only the connections limit them. */
  int parallelCopies() {
    return parallelOr(USUAL_MOST);
  }

  private int parallelOr(int standard) {
    if (parallel == null) {
      return standard;
    }
    if (parallel < 1 || parallel > 64) {
      throw Usage.invalid("--parallel takes a number from 1 to 64");
    }
    return parallel;
  }

  /** How long to retry without progress. */
  Duration retries() {
    return duration("--retry-for", retryFor == null ? standardRetryFor : retryFor);
  }

  /** Gives up soon, unless the user wants it otherwise: for commands that only look. */
  void retryBriefly() {
    standardRetryFor = "5s";
    standardStallTimeout = Optional.of(Duration.ofSeconds(10));
  }

  /** How long a connection may be idle, if that is not as usual. */
  Optional<Duration> stall() {
    return stallTimeout == null
        ? standardStallTimeout
        : Optional.of(duration("--stall-timeout", stallTimeout));
  }

  /** Asks once, for words that a person waits for. */
  public void giveUpAtOnce() {
    retryFor = "0s";
  }

  /** The same with buffers of the standard size, for a command that moves next to nothing. */
  TransferOptions withStandardMemory() {
    TransferOptions copy = new TransferOptions();
    copy.parallel = parallel;
    copy.retryFor = retryFor;
    copy.standardRetryFor = standardRetryFor;
    copy.stallTimeout = stallTimeout;
    copy.standardStallTimeout = standardStallTimeout;
    return copy;
  }

  long memoryBytes() {
    if (memory == null) {
      return Math.min(STANDARD_MEMORY, Runtime.getRuntime().maxMemory() / 3);
    }
    long bytes =
        ByteSize.parse(memory)
            .orElseThrow(
                () -> Usage.invalid("--memory takes a size such as 128MiB, not " + memory));
    if (bytes < 8 << 20) {
      throw Usage.invalid("--memory takes at least 8MiB");
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 2) {
      throw Usage.invalid(
          "--memory %s is more than half of Java's heap (%s); use a larger container or, outside containers, MODELCAR_HEAP=%dm"
              .formatted(memory, ByteSize.format(heap), ((2 * bytes) >> 20) + 64));
    }
    return bytes;
  }

  public static Duration duration(String option, String text) {
    var matcher = Pattern.compile("(\\d{1,6})(ms|s|m|h)").matcher(text.strip());
    if (!matcher.matches()) {
      throw Usage.invalid(option + " takes a duration such as 30s, 10m or 1h, not " + text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
