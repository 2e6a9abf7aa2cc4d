package dev.modelcar.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Hub's words for licences, which become annotations of images. */
final class LicensesTest {
  @ParameterizedTest
  @CsvSource({
    "apache-2.0, Apache-2.0",
    "mit, MIT",
    "bsd, BSD-2-Clause",
    "bsd-3-clause-clear, BSD-3-Clause-Clear",
    "cc-by-nc-sa-4.0, CC-BY-NC-SA-4.0",
    "gpl-3.0, GPL-3.0-only",
    "agpl-3.0, AGPL-3.0-only",
    "postgresql, PostgreSQL",
    "ncsa, NCSA",
    "llama3.1, LicenseRef-llama3.1",
    "other, LicenseRef-other",
    "my licence!, LicenseRef-my-licence-",
    "MIT, LicenseRef-MIT"
  })
  void areIdentifiersOfSpdx(String word, String identifier) {
    assertThat(Licenses.spdx(word)).isEqualTo(identifier);
  }
}
