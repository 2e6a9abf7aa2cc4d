package dev.modelcar.oci.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When logins end that say so themselves. */
final class TokenExpiryTest {
  private static String encoded(Base64.Encoder encoder, String json) {
    return encoder.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String jwt(String claims) {
    return "eyJhbGciOiJub25lIn0."
        + encoded(Base64.getUrlEncoder().withoutPadding(), claims)
        + ".c2ln";
  }

  @Test
  void aJwtByItsClaimWhereverItStands() {
    String token = jwt("{\"sub\":\"??>>\",\"exp\":1800000000}");
    Instant end = Instant.ofEpochSecond(1_800_000_000);
    assertThat(TokenExpiry.of(new Credentials.Password("u", token, "a file"))).contains(end);
    assertThat(TokenExpiry.of(new Credentials.BearerToken(token, "a file"))).contains(end);
    assertThat(TokenExpiry.of(new Credentials.IdentityToken(token, "a file"))).contains(end);
  }

  @Test
  void aPasswordOfEcrByItsExpiration() {
    String password = encoded(Base64.getEncoder(), "{\"payload\":\"x\",\"expiration\":1800000000}");
    assertThat(TokenExpiry.of(new Credentials.Password("AWS", password, "a file")))
        .contains(Instant.ofEpochSecond(1_800_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "a.b.c", "..", "hf_abc", "e30=", "eyJ9.!!.x"})
  void whatDoesNotSaySo(String password) {
    assertThat(TokenExpiry.of(new Credentials.Password("u", password, "a file"))).isEmpty();
    assertThat(TokenExpiry.of(Credentials.anonymous())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"exp\":\"soon\"}", "{\"exp\":-1}", "{\"exp\":1e99}", "[]", "3"})
  void claimsThatAreNoTime(String claims) {
    assertThat(TokenExpiry.of(new Credentials.BearerToken(jwt(claims), "a file"))).isEmpty();
  }
}
