package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Cases from a real cluster: each has the one cause that it has, or none. */
final class CorpusTest {
  static final Path CORPUS = Path.of("src/test/resources/diagnosis");

  private enum OwnError implements ErrorCode {
    REGISTRY_UNAUTHORIZED;

    @Override
    public ErrorSpec spec() {
      return new ErrorSpec(ErrorCategory.UNAUTHORIZED, false, "Log in.");
    }
  }

  static Report diagnose(Path folder) {
    return new Diagnoser(Catalogue.standard(), ErrorCatalogue.of(OwnError.values()))
        .diagnose(CaseFolder.read(folder));
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    return Stream.concat(cases("cluster"), cases("stories"));
  }

  private static Stream<DynamicTest> cases(String corpus) throws IOException {
    JsonNode expected =
        YamlDocuments.read(Files.readString(CORPUS.resolve(corpus + ".yaml")))
            .documents()
            .getFirst();
    return expected.properties().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () ->
                    check(
                        CORPUS.resolve(corpus).resolve(entry.getKey()),
                        entry.getValue().asText())));
  }

  private static void check(Path folder, String rule) {
    Report report = diagnose(folder);
    List<String> causes =
        report.findings().stream()
            .filter(finding -> finding.role() == Role.CAUSE)
            .map(Finding::rule)
            .toList();
    assertThat(causes)
        .as("%s", report.findings())
        .isEqualTo(rule.equals("none") ? List.of() : List.of(rule));
    assertThat(report.gaps()).isEmpty();
    assertThat(report.subjects()).isNotEmpty();
  }
}
