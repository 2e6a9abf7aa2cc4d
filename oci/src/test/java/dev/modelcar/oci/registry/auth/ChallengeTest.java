package dev.modelcar.oci.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.registry.upload.UploadRange;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Header fields as registries, and proxies in front of them, write them. */
final class ChallengeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer realm=\"https://a/token\",service=\"s\"       | bearer | https://a/token | s",
        "bearer  service=s , realm=https://a/token             | bearer | https://a/token | s",
        "Bearer realm=\"https://a/token\", service=\"s\", scope=\"repository:a/b:pull,push\" | bearer"
            + " | https://a/token | s",
        "Basic realm=\"a \\\"b\\\", c\"                        | basic  | a \"b\", c     | ''",
        "Negotiate, Basic realm=x                              | basic  | x              | ''",
        "Basic realm=\"x\", Bearer realm=\"y\"                 | bearer | y              | ''",
        "Bearer realm=\"https://a/t?x=1,2\"                    | bearer | https://a/t?x=1,2 | ''"
      })
  void isRead(String field, String scheme, String realm, String service) {
    Challenge best = Challenge.best(Challenge.parse(List.of(field))).orElseThrow();
    assertThat(best.scheme()).isEqualTo(scheme);
    assertThat(best.parameter("realm")).contains(realm);
    assertThat(best.parameter("service").orElse("")).isEqualTo(service);
  }

  @Test
  void severalFieldsCountTogether() {
    List<Challenge> all = Challenge.parse(List.of("Basic realm=a", "Bearer realm=b", "Digest x=y"));
    assertThat(all).hasSize(3);
    assertThat(Challenge.best(all)).map(Challenge::scheme).contains("bearer");
  }

  @ParameterizedTest
  @CsvSource({"''", "'Digest realm=x'", "'=,=,'", "'\"'", "'   '"})
  void whatNobodyUnderstandsIsPassedOver(String field) {
    assertThat(Challenge.best(Challenge.parse(List.of(field)))).isEmpty();
  }

  @Test
  void aFieldWithoutEndIsNotRead() {
    assertThat(Challenge.parse(List.of("Bearer realm=" + "x".repeat(20_000)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0-0,           0",
    "0-1,           2",
    "0-1048575,     1048576",
    "bytes=0-17,    17",
    "bytes=0--1,    0",
    "0--1,          0",
    " 0-9 ,         10"
  })
  void aRangeTellsWhatARegistryHolds(String field, long held) {
    assertThat(UploadRange.held(field)).isEqualTo(OptionalLong.of(held));
  }

  @ParameterizedTest
  @CsvSource({"''", "1-5", "0-", "0-x", "bytes 0-5/6", "0-99999999999999999999", "-1"})
  void aRangeOfAnotherFormTellsNothing(String field) {
    assertThat(UploadRange.held(field)).isEmpty();
  }
}
