package dev.modelcar.kubernetes.tekton;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.Loggable;
import io.fabric8.kubernetes.client.dsl.TimeTailPrettyLoggable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a step prints, from its first line to its last, however often the connection ends before it:
 * proxies cut what is silent, and kubelets and API servers restart.
 */
final class StepLog implements AutoCloseable {
  /** A connection may also be dead without a word; after about a minute another one is made. */
  private static final int MOST_SILENT_LOOKS = 30;

  /** A stream that is alive ends by itself soon after its container. */
  private static final int LOOKS_AFTER_END = 3;

  /** Reading a log of a node that is away takes half a minute each time. */
  private static final int LOOKS_AFTER_FAILURE = 15;

  private final ContainerResource container;
  private final LogLines lines;
  private Optional<LogWatch> watch = Optional.empty();
  private int silentLooks;
  private int looksAfterEnd;
  private int pause;
  private boolean complete;

  StepLog(ContainerResource container, LogLines lines) {
    this.container = container;
    this.lines = lines;
  }

  /**
   * Sees to it that the log goes on.
   *
   * @param terminated whether the step has ended
   */
  void look(boolean terminated) {
    if (complete || pause-- > 0) {
      return;
    }
    pause = 0;
    try {
      if (terminated) {
        finish();
      } else if (!isAlive()) {
        open();
      }
    } catch (KubernetesClientException e) {
      // The pod is gone, or its node is away: a later look tells.
      pause = LOOKS_AFTER_FAILURE;
    }
  }

  private boolean isAlive() {
    silentLooks = lines.heard() ? 0 : silentLooks + 1;
    return streams() && silentLooks < MOST_SILENT_LOOKS;
  }

  private boolean streams() {
    return watch.map(open -> !open.onClose().toCompletableFuture().isDone()).orElse(false);
  }

  private void open() {
    close();
    silentLooks = 0;
    watch = Optional.of(log().watchLog(lines.piece()));
  }

  private void finish() {
    if (!streams() || ++looksAfterEnd > LOOKS_AFTER_END) {
      rest();
    }
  }

  /** Reads what has not come by itself; after this nothing will. */
  void rest() {
    if (complete) {
      return;
    }
    close();
    try (OutputStream piece = lines.piece()) {
      piece.write(log().getLog().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    complete = true;
  }

  private Loggable log() {
    TimeTailPrettyLoggable timed = container.usingTimestamps();
    return lines.since().<Loggable>map(time -> timed.sinceTime(time.toString())).orElse(timed);
  }

  @Override
  public void close() {
    watch.ifPresent(LogWatch::close);
    watch = Optional.empty();
  }
}
