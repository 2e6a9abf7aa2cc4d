package dev.modelcar.source.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ModelCardTest {
  record Case(String card, List<String> licenses) {}

  static Stream<Case> cards() {
    return Stream.of(
        new Case("---\nlicense: apache-2.0\n---\n# x", List.of("apache-2.0")),
        new Case("\ufeff---\r\nlicense: 'mit' # yes\r\n---\r\n", List.of("mit")),
        new Case(
            "---\ntags:\n- a\nlicense:\n- mit\n# both\n- \"other\"\nx: y\n---\n",
            List.of("mit", "other")),
        new Case("---\nlicense: [mit, cc-by-4.0]\n---\n", List.of("mit", "cc-by-4.0")),
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
}
