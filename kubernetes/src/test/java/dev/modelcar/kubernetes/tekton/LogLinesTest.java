package dev.modelcar.kubernetes.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogLinesTest {
  private final List<String> heard = new ArrayList<>();
  private final LogLines lines = new LogLines(heard::add);

  private void piece(String... texts) throws IOException {
    try (OutputStream piece = lines.piece()) {
      for (String text : texts) {
        piece.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String at(String seconds, String text) {
    return "2026-01-01T00:00:" + seconds + "Z " + text;
  }

  @Test
  void piecesThatOverlapGiveEachLineOnce() throws IOException {
    piece(at("01.1", "one\n"), at("01.2", "two\n"));
    piece(at("01.1", "one\n"), at("01.2", "two\n"), at("05", "three\n"));
    piece(at("01.2", "two\n"), at("05", "three\n"), at("05.000000001", "three\n"));
    assertThat(heard).containsExactly("one", "two", "three", "three");
  }

  @Test
  void aLineMayHoldCarriageReturnsAndNothing() throws IOException {
    piece(at("01", "10 %\r20 %\n"), at("02", "\n"));
    piece(at("01", "10 %\r20 %\n"), at("02", "\n"), at("03", "end"));
    assertThat(heard).containsExactly("10 %\r20 %", "", "end");
  }

  @Test
  void linesThatAreALittleOutOfOrderAreNotLost() throws IOException {
    piece(at("01.5", "late\n"), at("01.4", "early\n"));
    assertThat(heard).containsExactly("late", "early");
    assertThat(lines.since()).hasValue(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Test
  void aNodeMayHaveItsOwnTimeZone() throws IOException {
    piece("2026-01-01T01:00:02.5+01:00 one\n");
    assertThat(heard).containsExactly("one");
    assertThat(lines.since()).hasValue(Instant.parse("2026-01-01T00:00:01Z"));
  }

  @Test
  void whatTheServerSaysInsteadIsNotOfTheLog() throws IOException {
    piece("{\"kind\": \"Status\", \"code\": 500}\n", "unable to retrieve container logs");
    assertThat(heard).isEmpty();
    assertThat(lines.heard()).isFalse();
  }
}
