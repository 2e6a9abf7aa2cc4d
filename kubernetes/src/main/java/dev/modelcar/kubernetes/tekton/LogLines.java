package dev.modelcar.kubernetes.tekton;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lines of a log that is read in pieces which overlap, each of them passed on once. They come
 * with their times, by which they are known again; what has none is not of the log, but the
 * server's word on why there is none. May be used by several threads.
 */
final class LogLines {
  /** Standard output and standard error are not written in perfect order. */
  private static final Duration DISORDER = Duration.ofSeconds(1);

  private final Consumer<String> to;
  private final Map<String, Instant> recent = new LinkedHashMap<>();
  private Optional<Instant> latest = Optional.empty();
  private boolean heard;

  LogLines(Consumer<String> to) {
    this.to = to;
  }

  /**
   * Where one piece of the log is to be written; a line without an end is kept until it is closed.
   */
  OutputStream piece() {
    return new Piece();
  }

  /** From when on the log is to be read again; a full second, for servers know no others. */
  synchronized Optional<Instant> since() {
    return latest.map(time -> time.truncatedTo(ChronoUnit.SECONDS).minus(DISORDER));
  }

  /** Whether anything has come since this was asked last. */
  synchronized boolean heard() {
    boolean answer = heard;
    heard = false;
    return answer;
  }

  private synchronized void take(String line) {
    int space = line.indexOf(' ');
    Optional<Instant> time = time(space < 0 ? line : line.substring(0, space));
    if (time.isEmpty()) {
      return;
    }
    heard = true;
    boolean old = since().map(time.get()::isBefore).orElse(false);
    if (old || recent.putIfAbsent(line, time.get()) != null) {
      return;
    }
    if (latest.map(time.get()::isAfter).orElse(true)) {
      latest = time;
      Instant horizon = since().orElseThrow();
      recent.values().removeIf(known -> known.isBefore(horizon));
    }
    to.accept(space < 0 ? "" : line.substring(space + 1));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Cuts what is written into lines. */
  private final class Piece extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        end();
      } else {
        line.write(b);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        write(bytes[i]);
      }
    }

    private void end() {
      take(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }

    @Override
    public synchronized void close() {
      if (line.size() > 0) {
        end();
      }
    }
  }
}
