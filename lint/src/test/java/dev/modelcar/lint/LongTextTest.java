package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.modelcar.lint.rules.Rule;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large files cost in proportion to their size, and no text makes lint hang or crash. */
class LongTextTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int SMALL = 500_000;
  private static final int TIMES = 4;

  private static String map(String value) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: " + value + "\n";
  }

  /** The memory that a look takes, which is that of all copies. */
  private static long allocated(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    LinterTest.lint(bytes);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void growsInProportion(IntFunction<String> text) {
    LinterTest.lint(text.apply(SMALL / 100).getBytes(StandardCharsets.UTF_8));
    long small = allocated(text.apply(SMALL));
    long large = allocated(text.apply(SMALL * TIMES));

    assertThat(large).isLessThan(small * TIMES * 3 / 2);
  }

  @Test
  void aLongTextInQuotes() {
    growsInProportion(size -> map("\"" + "x".repeat(size) + "\""));
    growsInProportion(size -> map("'" + "x ".repeat(size / 2) + "'"));
  }

  @Test
  void aLongPlainTextAndALongBlock() {
    growsInProportion(size -> map("x".repeat(size)));
    growsInProportion(size -> map("|\n" + "    line of a script\n".repeat(size / 20)));
  }

  @Test
  void manySmallDocuments() {
    growsInProportion(size -> "---\napiVersion: v1\n".repeat(size / 19));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(a.b.",
        "$(params.",
        "$(steps.",
        "$(steps.a.results.",
        "$(tasks.",
        "$(results.",
        "{{",
        "eyJ-",
        "-eyJaaaaaaaaaaaa",
        "http://a:",
        "skopeo copy ",
        "cat >",
        "<<",
        "a.",
        "hf_",
        "dir:",
        "${",
        "$$"
      })
  void whatOnlyBeginsLikeSomethingKnown(String text) {
    String many = text.repeat(100_000 / text.length());
    String task =
        ("apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n  params: [{name:"
                + " p}]\n  tasks:\n    - name: t\n      params: [{name: p, value: \"%1$s\"}]\n     "
                + " taskSpec: {steps: [{image: a, script: \"%1$s\", args: [\"%1$s\"]}]}\n")
            .formatted(many);

    assertThat(LinterTest.lint(task).yaml().fault()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "namespace", "labels", "annotations"})
  void longNames(String field) {
    String many = "a.".repeat(100_000) + "a";
    String value = field.endsWith("s") ? "{? \"%s/b\" : c}".formatted(many) : "\"" + many + "\"";
    String rest = field.equals("name") ? "" : ", name: a";

    LintedFile file =
        LinterTest.lint(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {%s: %s%s}".formatted(field, value, rest));
    assertThat(file.all()).anyMatch(problem -> problem.rule().severity().equals("error"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "0x9", "7", "1.", "0b1", "1e"})
  void longNumbers(String start) {
    String number = start + "1".repeat(200_000);

    assertThat(LinterTest.lint(map(number)).yaml().fault()).isEmpty();
    assertThat(LinterTest.lint(map("0xFFFFFFFFFFFFFFFFFFFF")).yaml().fault()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {900, 1_100, 200_000})
  void deepNesting(int depth) {
    for (String text :
        new String[] {
          map("[".repeat(depth) + "]".repeat(depth)), map("{a: ".repeat(depth) + "}".repeat(depth))
        }) {
      assertThat(LinterTest.lint(text).all()).isNotEmpty();
    }
  }

  @Test
  void whatStandsBeforeACharacterThatYamlDoesNotHaveIsRead() {
    LintedFile file = LinterTest.lint(map("b") + "---\n" + map("c") + "---\na: \u0000\n");

    assertThat(file.objects()).hasSize(2);
    assertThat(file.all().getLast().rule()).isEqualTo(Rule.YAML_INVALID);
  }
}
