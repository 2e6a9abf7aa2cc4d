package dev.modelcar.cli.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One line, whatever there is to say and however narrow the terminal is. */
final class ProgressLineTest {
  private static final ProgressLine LINE = new ProgressLine("shipping", false);
  private static final Progress.State HALF =
      new Progress.State(
          15L << 30,
          30L << 30,
          310L << 20,
          Duration.ofSeconds(50),
          List.of(
              new Progress.Moving("model-00001-of-00004.safetensors", 100, List.of(42L)),
              new Progress.Moving("model-00002-of-00004.safetensors", 100, List.of(7L))));

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '|',
      value = {
        "20| 50 %  310.0 MiB/s",
        "40|shipping   50 %  310.0 MiB/s  50 s left",
        "80|shipping   50 %  [======>       ]  15.0 GiB of 30.0 GiB  310.0 MiB/s  50 s left",
        "120|shipping   50 %  [=================>                  ]  15.0 GiB of 30.0 GiB  310.0 MiB/s"
            + "  50 s left  model-00001-… +1",
      })
  void whatMattersMostComesFirst(int columns, String line) {
    assertThat(LINE.of(HALF, columns)).isEqualTo(line);
  }

  @Test
  void aWideTerminalShowsTheLayersToo() {
    assertThat(LINE.of(HALF, 200))
        .contains("15.0 GiB of 30.0 GiB  310.0 MiB/s  50 s left  model-00001-of-00004.safetensors")
        .contains("safetensors 42 %, model-00002-of-00004.safetensors 7 %");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 12, 20, 27, 40, 59, 60, 80, 99, 132, 200, 500})
  void nothingIsEverTooWide(int columns) {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      long total = random.nextInt(4) == 0 ? 0 : random.nextLong(1L << 50);
      Progress.State state =
          new Progress.State(
              total == 0 ? random.nextLong(1L << 50) : random.nextLong(total + 1),
              total,
              random.nextLong(1L << random.nextInt(1, 45)),
              Duration.ofSeconds(random.nextLong(1L << random.nextInt(1, 40))),
              random.nextBoolean()
                  ? List.of()
                  : List.of(
                      new Progress.Moving("模型/一\u0301二三四五六七八九十.safetensors", 100, List.of(3L)),
                      new Progress.Moving("x\u001b[2J\r\n", 100, List.of(1L)),
                      new Progress.Moving("c", 100, List.of(5L))));
      String line = LINE.of(state, columns);
      assertThat(Columns.of(line)).as(line).isLessThanOrEqualTo(Math.max(1, columns - 1));
      assertThat(line).doesNotContainPattern("\\p{Cntrl}").doesNotContain("/s/", "left+");
    }
  }

  @Test
  void fieldsNeverTouch() {
    for (int columns = 1; columns < 250; columns++) {
      String line = LINE.of(HALF, columns);
      for (String field : List.of("310.0 MiB/s", "50 s left", "model-", "15.0 GiB of")) {
        int at = line.indexOf(field);
        assertThat(at <= 0 || line.startsWith("  ", at - 2)).as(line).isTrue();
      }
    }
  }

  @Test
  void colorTakesNoRoom() {
    String plain = LINE.of(HALF, 80);
    String colored = new ProgressLine("shipping", true).of(HALF, 80);
    assertThat(colored).contains("\u001b[36m[").contains("]\u001b[0m");
    assertThat(colored.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.4S, 0 s left",
    "PT59S, 59 s left",
    "PT3M5S, 3 min left",
    "PT2H10M, 2 h 10 min left",
    "PT29H35M3S, more than a day left"
  })
  void timeLeftIsRoughAndNeverAbsurd(Duration left, String text) {
    assertThat(Texts.left(left)).isEqualTo(text);
  }

  @Test
  void longTextIsFoldedAtItsWords() {
    assertThat(Columns.fold("registry.example.com has the image", 20))
        .containsExactly("registry.example.com", "has the image");
    assertThat(Columns.fold("sha256:0123456789 x", 8))
        .containsExactly("sha256:0", "12345678", "9 x");
    assertThat(Columns.cut("模型模型", 5)).isEqualTo("模型…");
  }
}
