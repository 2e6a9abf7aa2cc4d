package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a failure says of itself. */
final class ModelcarExceptionTest {
  @Test
  void anExceptionAdvisesAsItsCodeDoesUnlessItKnowsBetter() {
    ModelcarException plain = new ModelcarException(CoreError.DISK_FULL, "what happened");
    ModelcarException other = new ModelcarException(CoreError.DISK_FULL, "x", "do that.", plain);

    assertThat(plain).hasMessage("what happened").hasNoCause();
    assertThat(plain.code()).isEqualTo(CoreError.DISK_FULL);
    assertThat(plain.hint()).isEqualTo(CoreError.DISK_FULL.hint());
    assertThat(other.hint()).isEqualTo("do that.");
    assertThat(other).hasCause(plain);
  }
}
