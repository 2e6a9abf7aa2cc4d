package dev.modelcar.cli.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees of a shipment, on a screen that does what terminals do. */
final class TerminalViewTest {
  private static final String LAYER = "model-00001-of-00004.safetensors";
  private static final String TARGET = "registry.example.com/team/a-model-with-a-long-name:v1";
  private static final long SECOND = 1_000_000_000L;

  /** Lines, the last of which is where the cursor is; counts what no program should do to it. */
  private static final class Screen {
    final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int columns;
    int wraps;
    int rows;
    private int column;
    private int row;

    Screen(int columns) {
      this.columns = columns;
    }

    OutputStream stream() {
      return new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
          show(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
      };
    }

    private void show(String text) {
      String rest = text;
      while (!rest.isEmpty()) {
        if (rest.startsWith("\u001b[J")) {
          // Nothing of this program's is below what it erases.
          while (lines.size() - 1 > row) {
            lines.removeLast();
          }
          lines.getLast().setLength(Math.min(column, lines.getLast().length()));
          rest = rest.substring(3);
        } else if (rest.startsWith("\u001b[A")) {
          row--;
          rest = rest.substring(3);
        } else if (rest.startsWith("\r")) {
          column = 0;
          rest = rest.substring(1);
        } else if (rest.startsWith("\n")) {
          lines.add(new StringBuilder());
          row = lines.size() - 1;
          column = 0;
          rest = rest.substring(1);
        } else {
          assertThat(rest.charAt(0)).isGreaterThanOrEqualTo(' ');
          if (column == columns) {
            wraps++;
            lines.add(new StringBuilder());
            row = lines.size() - 1;
            column = 0;
          }
          lines.getLast().append(rest.charAt(0));
          column++;
          rest = rest.substring(1);
        }
      }
    }

    /** As most terminals do, it breaks lines that are now too long. */
    void resize(int now) {
      columns = now;
      List<StringBuilder> broken = new ArrayList<>();
      for (StringBuilder line : lines) {
        String text = line.toString();
        do {
          broken.add(new StringBuilder(text.substring(0, Math.min(now, text.length()))));
          text = text.substring(Math.min(now, text.length()));
        } while (!text.isEmpty());
      }
      lines.clear();
      lines.addAll(broken);
      row = lines.size() - 1;
      column = lines.getLast().length();
    }

    String last() {
      return lines.getLast().toString();
    }
  }

  private final Screen screen = new Screen(80);
  private final Terminal terminal =
      new Terminal(screen.stream(), () -> screen.columns, () -> screen.rows);
  private final PrintStream err =
      new PrintStream(terminal.above(screen.stream()), true, StandardCharsets.UTF_8);
  private long now;

  private Progress progress() {
    Environment environment =
        new Environment(
            Map.of(), new ByteArrayInputStream(new byte[0]), err, err, Optional.of(terminal));
    Console console = Console.of(environment);
    return new Progress(new TerminalView(console, terminal, false, "shipping"), () -> now);
  }

  private void move(Progress progress, long bytes, Duration time) {
    now += time.toNanos();
    progress.on(new ShipmentEvent.LayerMoved(LAYER, TARGET, bytes));
  }

  private void begin(Progress progress, long bytes) {
    progress.on(new ShipmentEvent.Begun(1, bytes, 0));
    progress.on(new ShipmentEvent.LayerBegun(LAYER, TARGET, bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 80, 200})
  void aWholeShipmentNeverWraps(int columns) {
    screen.columns = columns;
    try (Progress progress = progress()) {
      begin(progress, 100L << 20);
      for (int i = 0; i < 50; i++) {
        move(progress, 2L << 20, Duration.ofMillis(250));
        if (i == 20) {
          progress.on(new ShipmentEvent.Waiting(TARGET + " answers 503", Duration.ofSeconds(2)));
          progress.on(new ShipmentEvent.LayerResumed(LAYER, TARGET, 40L << 20));
        }
      }
      progress.on(new ShipmentEvent.LayerDone(LAYER, TARGET, Sha256.of(new byte[0]), 100L << 20));
      progress.on(new ShipmentEvent.TargetDone(TARGET, Sha256.of(new byte[0])));
      progress.tick();
    }
    assertThat(screen.wraps).isZero();
    assertThat(screen.last()).as("the line is gone").isEmpty();
    assertThat(String.join("", screen.lines).replace(" ", "")).contains(TARGET);
    assertThat(screen.lines).noneMatch(line -> line.toString().contains("MiB/s"));
  }

  @Test
  void itFollowsTheSizeOfTheWindow() {
    try (Progress progress = progress()) {
      begin(progress, 100L << 20);
      for (int columns : new int[] {80, 40, 20, 200, 33}) {
        screen.resize(columns);
        move(progress, 1 << 20, Duration.ofSeconds(1));
        assertThat(screen.last()).hasSizeLessThan(columns).contains("%");
        assertThat(screen.lines).hasSize(1);
      }
    }
    assertThat(screen.wraps).isZero();
  }

  @Test
  void whateverIsPrintedMeanwhileHasALineOfItsOwn() {
    try (Progress progress = progress()) {
      begin(progress, 100L << 20);
      move(progress, 1 << 20, Duration.ofSeconds(1));
      err.println("waiting 2 s: the Hub answers 429");
      assertThat(screen.lines.getFirst()).hasToString("waiting 2 s: the Hub answers 429");
      err.print("Password: ");
      move(progress, 1 << 20, Duration.ofSeconds(1));
      assertThat(screen.last()).isEqualTo("Password: ");
      err.println();
      move(progress, 1 << 20, Duration.ofSeconds(1));
      assertThat(screen.last()).startsWith("shipping    3 %");
    }
  }

  /**
   * A minute of a crawl is forgotten once it is over, and a second of a sprint promises nothing.
   */
  @Test
  void timeLeftIsThatOfTheLastSeconds() {
    try (Progress progress = progress()) {
      begin(progress, 1000L << 20);
      for (int i = 0; i < 8; i++) {
        move(progress, 1 << 20, Duration.ofMillis(250));
        assertThat(screen.last()).doesNotContain("left");
      }
      for (int i = 0; i < 240; i++) {
        move(progress, 1 << 10, Duration.ofMillis(250));
      }
      assertThat(screen.last()).contains("4.0 KiB/s", "more than a day left");
      for (int i = 0; i < 60; i++) {
        move(progress, 1 << 20, Duration.ofMillis(250));
      }
      assertThat(screen.last()).contains("4.0 MiB/s", "3 min left");
      for (int i = 0; i < 60; i++) {
        now += SECOND / 4;
        progress.tick();
      }
      assertThat(screen.last()).contains("0 B/s").doesNotContain("left");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 50, 80, 120, 200})
  void aTallTerminalHasALineForEachLayer(int columns) {
    screen.columns = columns;
    screen.rows = 24;
    try (Progress progress = progress()) {
      progress.on(new ShipmentEvent.Begun(20, 20L << 30, 0));
      for (int i = 0; i < 20; i++) {
        for (String target : List.of(TARGET, "other.example/x:1")) {
          progress.on(
              new ShipmentEvent.LayerBegun("模型-%05d.safetensors".formatted(i), target, 1L << 30));
          progress.on(
              new ShipmentEvent.LayerMoved(
                  "模型-%05d.safetensors".formatted(i), target, (long) i << 25));
        }
      }
      now += SECOND;
      progress.tick();
      if (columns >= 50) {
        assertThat(screen.lines).hasSize(13);
        assertThat(screen.lines.get(10)).asString().contains("模型-00010.safetensors", " 31 %");
        assertThat(screen.lines.get(11)).hasToString("and 9 more");
      } else {
        assertThat(screen.lines).hasSize(1);
      }
      assertThat(screen.last()).contains("%");
      err.println("a message");
      now += SECOND;
      progress.tick();
      assertThat(screen.lines.getFirst()).hasToString("a message");
      assertThat(screen.lines).hasSize(columns >= 50 ? 14 : 2);
    }
    assertThat(screen.lines.get(1).toString()).isEmpty();
    assertThat(screen.lines).hasSize(2);
    assertThat(screen.wraps).isZero();
  }

  @Test
  void aTerminalThatDoesNotSayItsSizeHasEightyColumns() {
    assertThat(new Terminal(screen.stream(), () -> 0, () -> 0).columns()).isEqualTo(80);
  }
}
