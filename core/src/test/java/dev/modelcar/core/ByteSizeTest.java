package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1.0 MiB",
    "5368709120, 5.0 GiB",
    "1099511627776, 1.0 TiB",
    "9223372036854775807, 8192.0 PiB",
  })
  void isWrittenForPeople(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512 B, 512",
    "64k, 65536",
    "64K, 65536",
    "64 KiB, 65536",
    "64kb, 65536",
    "1.5 GiB, 1610612736",
    "256M, 268435456",
    "2GB, 2147483648",
    "1t, 1099511627776",
    "3 PiB, 3377699720527872",
    "' 7m ', 7340032",
    "0.5k, 512",
  })
  void isReadAsPeopleWriteIt(String text, long bytes) {
    assertThat(ByteSize.parse(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "+1",
        "k",
        "1x",
        "1 kk",
        "1,5G",
        "1.5.5",
        ".5G",
        "0x10",
        "1e3",
        "NaN",
        "Infinity",
        "9999999999999999",
        "999999999999999P",
        "1 G i B",
        "１２",
      })
  void isNotGuessed(String text) {
    assertThat(ByteSize.parse(text)).isEmpty();
  }

  @Test
  void losesNoByteOfAPlainNumber() {
    assertThat(ByteSize.parse("999999999999999")).hasValue(999_999_999_999_999L);
  }
}
