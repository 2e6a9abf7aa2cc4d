package dev.modelcar.oci.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IndexFileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "garbage | not JSON: a syntax error at line 1, column 1",
        "{} | schemaVersion is not 2",
        "{\"schemaVersion\":2} | not an image index",
        "{\"schemaVersion\":2,\"manifests\":[{}]} | a descriptor has no digest, size or media type"
      })
  void aDamagedFileIsNamedAndNotItsDigest(String content, String why) {
    assertThatThrownBy(() ->
            IndexFile.parse(content.getBytes(StandardCharsets.UTF_8), "the OCI layout /images"))
        .hasMessage("index.json of the OCI layout /images is damaged: " + why)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(OciError.IMAGE_INVALID));
  }

  @Test
  void anEmptyListIsOne() {
    assertThat(
            IndexFile.parse(
                    "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8), "x")
                .names())
        .isEmpty();
  }
}
