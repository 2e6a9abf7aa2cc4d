package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void whatItWritesIsWhatItReads() {
    Digest sha256 = Digest.sha256(HEX);
    Digest sha512 = new Digest(Digest.Algorithm.SHA512, HEX.repeat(2));

    assertThat(sha256).hasToString("sha256:" + HEX);
    assertThat(Digest.parse(sha256.toString())).contains(sha256);
    assertThat(sha512).hasToString("sha512:" + HEX + HEX);
    assertThat(Digest.parse(sha512.toString())).contains(sha512);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        "sha256:0123",
        "SHA256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
        " sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:../../../../../../../../../../../../../../../../../../../../../../..",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
      })
  void readsNothingElse(String text) {
    assertThat(Digest.parse(text)).isEmpty();
  }

  @Test
  void isNeverMadeOfWrongDigits() {
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.sha256("abc"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Digest.sha256(HEX.toUpperCase(Locale.ROOT)));
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.sha256(new byte[31]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Digest(Digest.Algorithm.SHA512, HEX))
        .withMessageNotContaining(HEX);
  }

  @Test
  void comesFromTheBytesOfAHash() {
    Digest abc = Sha256.of("abc".getBytes(StandardCharsets.US_ASCII));

    assertThat(Digest.sha256(HexFormat.of().parseHex(abc.hex()))).isEqualTo(abc);
    assertThat(abc.shortHex()).isEqualTo("ba7816bf8f01").hasSize(12);
  }

  @Test
  void sortsByItsText() {
    assertThat(Digest.sha256("1".repeat(64)))
        .isGreaterThan(Digest.sha256("0".repeat(64)))
        .isLessThan(new Digest(Digest.Algorithm.SHA512, "0".repeat(128)))
        .isEqualByComparingTo(Digest.sha256("1".repeat(64)));
  }
}
