package dev.modelcar.source;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Hub's licence words as SPDX identifiers (hugging face docs, "Licenses"; SPDX licence list).
 */
public final class Licenses {
  /** Those that the Hub writes in lower case and otherwise alike. */
  private static final Map<String, String> ALIKE =
      """
      Apache-2.0 MIT BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear ISC Zlib Unlicense WTFPL
      CC0-1.0 CC-BY-2.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0
      CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-4.0 MPL-2.0 EPL-2.0 EUPL-1.2
      Artistic-2.0 AFL-3.0 BSL-1.0 ECL-2.0 MS-PL OSL-3.0 PostgreSQL OFL-1.1 NCSA
      """
          .strip()
          .lines()
          .flatMap(line -> Stream.of(line.split(" ")))
          .collect(Collectors.toUnmodifiableMap(id -> id.toLowerCase(Locale.ROOT), id -> id));

  private static final Map<String, String> OTHERS =
      Map.of(
          "bsd", "BSD-2-Clause",
          "gpl-2.0", "GPL-2.0-only",
          "gpl-3.0", "GPL-3.0-only",
          "lgpl-2.1", "LGPL-2.1-only",
          "lgpl-3.0", "LGPL-3.0-only",
          "agpl-3.0", "AGPL-3.0-only");

  private Licenses() {}

  /** The identifier; words that SPDX does not know become {@code LicenseRef-WORD}. */
  public static String spdx(String word) {
    String otherwise =
        OTHERS.getOrDefault(word, "LicenseRef-" + word.replaceAll("[^A-Za-z0-9.-]", "-"));
    return ALIKE.getOrDefault(word, otherwise);
  }
}
