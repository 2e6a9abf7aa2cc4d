package dev.modelcar.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue is complete, and what is not complete is refused. */
final class CatalogueTest {
  private static final String GOOD =
      """
      - id: a-rule
        title: Something failed
        category: tekton
        severity: error
        signs:
          - log: 'no \\w+ left'
        cause: There is none.
        fix: [Get some.]
      """;

  private static List<Rule> read(String yaml) {
    return RuleReader.read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsARuleByItsId() {
    Catalogue catalogue = Catalogue.standard();
    assertThat(catalogue.find("push-unauthorized"))
        .hasValueSatisfying(rule -> {
          assertThat(rule.severity()).isEqualTo(Severity.ERROR);
          assertThat(rule.signs()).isNotEmpty();
          assertThat(rule.doc()).endsWith("#push-unauthorized");
        });
    assertThat(catalogue.find("push")).isEmpty();
  }

  @Test
  void titlesAreOneSentenceWithoutAPeriod() {
    assertThat(Catalogue.standard().rules())
        .allSatisfy(rule -> assertThat(rule.title()).doesNotEndWith(".").hasSizeLessThan(110));
  }

  @Test
  void readsARule() {
    assertThat(read(GOOD))
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.id()).isEqualTo("a-rule");
          assertThat(rule.signs().getFirst().pattern().matcher("no disk left").find()).isTrue();
          assertThat(rule.proven()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "severity: error|severity: bad|no Severity is called bad",
        "id: a-rule|id: ARule|id does not match",
        "title: Something failed|title: 3|title is not text",
        "fix: [Get some.]|fix: []|fix is missing",
        "fix: [Get some.]|fixes: [Get some.]|unknown key fixes",
        "no \\w+ left|no ( left|not a pattern",
        "- log:|- nowhere:|no Where is called nowhere",
        "cause: There is none.|proven: false|probe",
        "category: tekton|id: again|duplicate key id",
      })
  void refusesWhatIsWrong(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void refusesTwoRulesOfOneId() {
    assertThatThrownBy(() -> new Catalogue(read(GOOD + GOOD)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two rules have the id a-rule");
  }
}
