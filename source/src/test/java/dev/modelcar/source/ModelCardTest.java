package dev.modelcar.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ModelCardTest {
  record Case(String card, List<String> licenses) {}

  static Stream<Case> cards() {
    return Stream.of(
        new Case("---\nlicense: apache-2.0\n---\n# x", List.of("Apache-2.0")),
        new Case("\ufeff---\r\nlicense: 'mit' # yes\r\n---\r\n", List.of("MIT")),
        new Case(
            "---\ntags:\n- a\nlicense:\n- mit\n# both\n- \"other\"\nx: y\n---\n",
            List.of("MIT", "LicenseRef-other")),
        new Case("---\nlicense: [mit, cc-by-4.0]\n---\n", List.of("MIT", "CC-BY-4.0")),
        new Case("---\nlicense:\ntags:\n- a\n---\n", List.of()),
        new Case("---\nx:\n  license: mit\n---\n", List.of()),
        new Case("---\nlicense: mit\n", List.of()),
        new Case("# x\nlicense: mit\n", List.of()),
        new Case("", List.of()));
  }

  @ParameterizedTest
  @MethodSource("cards")
  void theLicenceIsReadAsTheHubReadsIt(Case one) {
    assertThat(ModelCard.parse(one.card()).licenses()).isEqualTo(one.licenses());
  }

  @Test
  void titleAndLanguagesAreReadToo() {
    ModelCard card =
        ModelCard.parse(
            "---\nmodel_name: \"A: model\"\nlanguage:\n  - en\n  - de\ntitle: x\nbase_model: o/b\n---\n");
    assertThat(card.title()).contains("A: model");
    assertThat(card.languages()).containsExactly("en", "de");
    assertThat(ModelCard.parse("---\nlanguage: [en, fr]\nx: |\n  language: no\n---").languages())
        .containsExactly("en", "fr");
  }
}
