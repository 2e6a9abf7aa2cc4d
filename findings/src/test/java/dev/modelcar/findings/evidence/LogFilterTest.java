package dev.modelcar.findings.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.Sign;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogFilterTest {
  private static boolean tells(String line) {
    return new LogFilter().tells(bytes(line));
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  /** The filter looks for words before it looks for signs; no sign may be without one. */
  @Test
  void letsThroughWhateverARuleKnows() throws IOException {
    JsonNode fixtures =
        YamlDocuments.read(Files.readString(Path.of("src/test/resources/diagnosis/rules.yaml")))
            .documents()
            .getFirst();
    List<String> known = new ArrayList<>();
    for (Rule rule : Catalogue.standard().rules()) {
      List<Sign> signs =
          rule.signs().stream().filter(sign -> sign.where() == Sign.Where.LOG).toList();
      if (rule.severity() == Severity.ERROR) {
        fixtures
            .path(rule.id())
            .path("log")
            .asText()
            .lines()
            .filter(line -> signs.stream().anyMatch(sign -> sign.pattern().matcher(line).find()))
            .forEach(known::add);
      }
    }
    assertThat(known).hasSizeGreaterThan(30).allMatch(LogFilterTest::tells);
  }

  /** Lines like one that was looked at are not looked at again; statuses make a difference. */
  @Test
  void aLineLikeOneThatWasSilentMayTellSomething() {
    LogFilter filter = new LogFilter();
    assertThat(filter.tells(bytes("PUT /v2/a/blobs/uploads/1234: 201, no error"))).isFalse();
    assertThat(filter.tells(bytes("PUT /v2/a/blobs/uploads/5678: 201, no error"))).isFalse();
    assertThat(filter.tells(bytes("PUT /v2/a/blobs/uploads/5678: 503, no error"))).isTrue();
    assertThat(tells("-----BEGIN RSA PRIVATE KEY-----")).isTrue();
  }
}
