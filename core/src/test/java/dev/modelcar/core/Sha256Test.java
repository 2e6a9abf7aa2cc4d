package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sha256Test {
  private static final long LARGE = 1L << 30;

  /** FIPS 180-4, examples of SHA-256. */
  @Test
  void knowsThePublishedDigests() {
    assertThat(digest(LARGE, "abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(digest(LARGE, ""))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(digest(0, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
        .isEqualTo("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  }

  private static String digest(long size, String text) {
    Sha256 sha = Sha256.create(size);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    sha.update(bytes, 0, bytes.length);
    return sha.digest().hex();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, LARGE})
  void agreesWithTheJdkHoweverTheBytesAreCut(long size) throws Exception {
    Random random = new Random(7);
    byte[] bytes = new byte[100_000];
    random.nextBytes(bytes);
    for (int round = 0; round < 50; round++) {
      Sha256 a = Sha256.create(size);
      Sha256 b = Sha256.create(size);
      int lead = random.nextInt(200);
      a.update(bytes, 0, lead);
      int at = lead;
      while (at < bytes.length) {
        int length = Math.min(1 + random.nextInt(3000), bytes.length - at);
        Sha256.updateBoth(a, b, bytes, at, length);
        at += length;
      }
      assertThat(a.digest().hex()).isEqualTo(jdk(bytes));
      assertThat(b.digest().hex()).isEqualTo(jdk(Arrays.copyOfRange(bytes, lead, bytes.length)));
      assertThat(a.count()).isEqualTo(bytes.length);
    }
  }

  private static String jdk(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 55, 56, 63, 64, 65, 4096, 99_999})
  void goesOnFromASavedState(int cut) throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(cut).nextBytes(bytes);
    for (long size : new long[] {0, LARGE}) {
      Sha256 first = Sha256.create(size);
      first.update(bytes, 0, cut);
      Sha256 second = Sha256.restore(first.save().orElseThrow()).orElseThrow();
      second.update(bytes, cut, bytes.length - cut);
      assertThat(second.digest().hex()).isEqualTo(jdk(bytes));
      assertThat(second.count()).isEqualTo(bytes.length);
    }
  }

  @Test
  void aCopyIsIndependent() throws Exception {
    byte[] bytes = {1, 2, 3};
    Sha256 original = Sha256.create(LARGE);
    original.update(bytes, 0, 2);
    Sha256 copy = original.copy();
    copy.update(new byte[] {9}, 0, 1);
    original.update(bytes, 2, 1);
    assertThat(original.digest().hex()).isEqualTo(jdk(bytes));
  }

  @Test
  void takesNoStateThatIsNone() {
    assertThat(Sha256.restore(new byte[3])).isEmpty();
    assertThat(Sha256.restore(new byte[41])).isEmpty();
    byte[] negative = new byte[40];
    Arrays.fill(negative, 32, 40, (byte) 0xff);
    assertThat(Sha256.restore(negative)).isEmpty();
  }
}
