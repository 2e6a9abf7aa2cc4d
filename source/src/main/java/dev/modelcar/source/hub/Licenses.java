package dev.modelcar.source.hub;

import java.util.Map;

/**
 * The Hub's licence words as SPDX identifiers (hugging face docs, "Licenses"; SPDX licence list).
 */
final class Licenses {
  private static final Map<String, String> SPDX =
      Map.ofEntries(
          Map.entry("apache-2.0", "Apache-2.0"),
          Map.entry("mit", "MIT"),
          Map.entry("bsd", "BSD-2-Clause"),
          Map.entry("bsd-2-clause", "BSD-2-Clause"),
          Map.entry("bsd-3-clause", "BSD-3-Clause"),
          Map.entry("bsd-3-clause-clear", "BSD-3-Clause-Clear"),
          Map.entry("isc", "ISC"),
          Map.entry("zlib", "Zlib"),
          Map.entry("unlicense", "Unlicense"),
          Map.entry("wtfpl", "WTFPL"),
          Map.entry("cc0-1.0", "CC0-1.0"),
          Map.entry("cc-by-2.0", "CC-BY-2.0"),
          Map.entry("cc-by-3.0", "CC-BY-3.0"),
          Map.entry("cc-by-4.0", "CC-BY-4.0"),
          Map.entry("cc-by-sa-3.0", "CC-BY-SA-3.0"),
          Map.entry("cc-by-sa-4.0", "CC-BY-SA-4.0"),
          Map.entry("cc-by-nc-2.0", "CC-BY-NC-2.0"),
          Map.entry("cc-by-nc-3.0", "CC-BY-NC-3.0"),
          Map.entry("cc-by-nc-4.0", "CC-BY-NC-4.0"),
          Map.entry("cc-by-nd-4.0", "CC-BY-ND-4.0"),
          Map.entry("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0"),
          Map.entry("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
          Map.entry("gpl-2.0", "GPL-2.0-only"),
          Map.entry("gpl-3.0", "GPL-3.0-only"),
          Map.entry("lgpl-2.1", "LGPL-2.1-only"),
          Map.entry("lgpl-3.0", "LGPL-3.0-only"),
          Map.entry("agpl-3.0", "AGPL-3.0-only"),
          Map.entry("mpl-2.0", "MPL-2.0"),
          Map.entry("epl-2.0", "EPL-2.0"),
          Map.entry("eupl-1.2", "EUPL-1.2"),
          Map.entry("artistic-2.0", "Artistic-2.0"),
          Map.entry("afl-3.0", "AFL-3.0"),
          Map.entry("bsl-1.0", "BSL-1.0"),
          Map.entry("ecl-2.0", "ECL-2.0"),
          Map.entry("ms-pl", "MS-PL"),
          Map.entry("osl-3.0", "OSL-3.0"),
          Map.entry("postgresql", "PostgreSQL"),
          Map.entry("ofl-1.1", "OFL-1.1"),
          Map.entry("ncsa", "NCSA"));

  private Licenses() {}

  /** The identifier; words that SPDX does not know become {@code LicenseRef-WORD}. */
  static String spdx(String word) {
    return SPDX.getOrDefault(word, "LicenseRef-" + word.replaceAll("[^A-Za-z0-9.-]", "-"));
  }
}
