package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts match on ids and exit codes, so both are a promise: this list only ever grows. */
class ErrorCodeTest {
  private static final String GOLDEN =
      """
      usage-invalid USAGE 2
      source-reference-invalid REFUSED 3
      source-not-found NOT_FOUND 5
      source-not-a-folder REFUSED 3
      source-empty REFUSED 3
      source-unreadable REFUSED 3
      source-link-broken REFUSED 3
      source-link-loop REFUSED 3
      source-special-file REFUSED 3
      source-path-unsafe REFUSED 3
      source-case-collision REFUSED 3
      source-lfs-pointer REFUSED 3
      source-changed REFUSED 3
      selection-empty REFUSED 3
      selection-pickle-refused REFUSED 3
      weights-shard-missing REFUSED 3
      weights-invalid REFUSED 3
      plan-over-limit REFUSED 3
      hub-repository-not-found NOT_FOUND 5
      hub-repository-hidden UNAUTHORIZED 4
      hub-revision-not-found NOT_FOUND 5
      hub-entry-not-found NOT_FOUND 5
      hub-gated UNAUTHORIZED 4
      hub-token-invalid UNAUTHORIZED 4
      hub-token-forbidden UNAUTHORIZED 4
      hub-disabled REFUSED 3
      hub-hashes-masked UNAUTHORIZED 4
      hub-rate-limited REMOTE 6
      hub-unavailable REMOTE 6
      hub-protocol REMOTE 6
      hub-offline NOT_FOUND 5
      content-mismatch VERIFICATION 7
      target-invalid REFUSED 3
      target-is-digest REFUSED 3
      target-exists REFUSED 3
      target-not-writable REFUSED 3
      disk-full REMOTE 6
      disk-failed REMOTE 6
      image-invalid REFUSED 3
      image-not-found NOT_FOUND 5
      base-invalid REFUSED 3
      registry-unauthorized UNAUTHORIZED 4
      registry-denied UNAUTHORIZED 4
      registry-repository-not-found NOT_FOUND 5
      registry-too-large REFUSED 3
      registry-rate-limited REMOTE 6
      registry-unavailable REMOTE 6
      registry-protocol REMOTE 6
      registry-refused REMOTE 6
      registry-upload-lost REMOTE 6
      registry-content-mismatch VERIFICATION 7
      credentials-invalid UNAUTHORIZED 4
      credential-helper-failed UNAUTHORIZED 4
      network-unknown-host REMOTE 6
      network-unreachable REMOTE 6
      network-stalled REMOTE 6
      network-broken REMOTE 6
      network-proxy REMOTE 6
      tls-untrusted REMOTE 6
      tls-plain-http REMOTE 6
      redirect-refused REMOTE 6
      verification-failed VERIFICATION 7
      targets-partly-failed PARTLY 8
      cluster-unreachable REMOTE 6
      cluster-forbidden UNAUTHORIZED 4
      cluster-object-not-found NOT_FOUND 5
      cluster-refused REFUSED 3
      run-failed REMOTE 6
      parts-missing NOT_FOUND 5
      stopped INTERRUPTED 130
      unexpected INTERNAL 1
      """;

  @Test
  void idsCategoriesAndExitCodesStayAsTheyAre() {
    List<String> actual =
        Arrays.stream(ErrorCode.values())
            .map(
                code -> code.id() + " " + code.category().name() + " " + code.category().exitCode())
            .toList();

    assertThat(actual).containsAll(GOLDEN.lines().toList());
  }

  @Test
  void everyNewCodeJoinsTheList() {
    assertThat(ErrorCode.values()).hasSameSizeAs(GOLDEN.lines().toList());
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsId(ErrorCode code) {
    assertThat(code.id()).matches("[a-z]+(-[a-z]+)*");
    assertThat(ErrorCode.ofId(code.id())).contains(code);
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatToDoInASentence(ErrorCode code) {
    assertThat(code.hint()).matches("[A-Z].*\\.").doesNotContain("\n");
  }

  @Test
  void findsNothingUnderAnotherName() {
    assertThat(ErrorCode.ofId("HUB_GATED")).isEmpty();
    assertThat(ErrorCode.ofId("")).isEmpty();
  }

  @Test
  void anExceptionAdvisesAsItsCodeDoesUnlessItKnowsBetter() {
    ModelcarException plain = new ModelcarException(ErrorCode.DISK_FULL, "what happened");
    ModelcarException other = new ModelcarException(ErrorCode.DISK_FULL, "x", "do that.", plain);

    assertThat(plain).hasMessage("what happened").hasNoCause();
    assertThat(plain.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(plain.hint()).isEqualTo(ErrorCode.DISK_FULL.hint());
    assertThat(other.hint()).isEqualTo("do that.");
    assertThat(other).hasCause(plain);
  }
}
