package dev.modelcar.cli.commands.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of rules is written from the catalogue: {@code -Dmodelcar.write=true} writes it. */
final class RulesPageTest {
  private static final Path PAGE = Path.of("../" + Rule.PAGE);

  private static final String HEAD =
      """
      # Rules

      What goes wrong when models are shipped and served, how it shows, why, and what to do. `modelcar diagnose` looks for these signs, and
      `modelcar explain ID` prints an entry. Words in capitals stand for yours. [By symptom](symptoms.md) leads here from what you see. Errors that
      modelcar itself reports are [elsewhere](errors.md).

      Written from the catalogue; `RulesPageTest` compares.

      """;

  @Test
  void isWhatTheCatalogueSays() throws IOException {
    String page =
        HEAD
            + Catalogue.standard().rules().stream()
                .collect(
                    Collectors.groupingBy(
                        Rule::category, java.util.TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry ->
                    "## %s%n%n".formatted(entry.getKey())
                        + entry.getValue().stream()
                            .map(RuleText::page)
                            .collect(Collectors.joining()))
                .collect(Collectors.joining());
    if (Boolean.getBoolean("modelcar.write")) {
      Files.writeString(PAGE, page.stripTrailing() + "\n");
    }
    assertThat(PAGE).hasContent(page.stripTrailing() + "\n");
  }
}
