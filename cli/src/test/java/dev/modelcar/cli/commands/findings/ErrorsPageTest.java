package dev.modelcar.cli.commands.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.cli.diagnosis.Errors;
import dev.modelcar.core.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page on errors says of each what the program says. */
final class ErrorsPageTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting/errors.md");
  private static final String HEADING = "### ";

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  @Test
  void hasTheErrorsThatThereAre() throws IOException {
    List<String> headings =
        page()
            .lines()
            .filter(line -> line.startsWith(HEADING))
            .map(line -> line.substring(HEADING.length()))
            .toList();
    assertThat(headings)
        .containsExactlyInAnyOrderElementsOf(
            Errors.catalogue().codes().stream().map(ErrorCode::id).toList());
  }

  static List<ErrorCode> codes() {
    return Errors.catalogue().codes();
  }

  @ParameterizedTest
  @MethodSource("codes")
  void saysWhatTheProgramSays(ErrorCode code) throws IOException {
    String page = page();
    int start = page.indexOf(HEADING + code.id() + "\n");
    int end = page.indexOf("\n" + HEADING, start);
    String entry = page.substring(start, end < 0 ? page.length() : end);
    assertThat(entry)
        .contains("Exit code %d (".formatted(code.category().exitCode()))
        .contains("Again: %s.".formatted(code.retryHelps() ? "yes" : "no"))
        .contains("**What to do:** " + code.hint() + "\n");
  }
}
