package dev.modelcar.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TransportExceptionTest {
  private final TransportException refused =
      new TransportException(
          TransportException.Kind.UNREACHABLE,
          "a.example:5000",
          "the connection was refused",
          null);

  @Test
  void theHostIsNamedOnce() {
    assertThat(refused.toException("logging in to a.example:5000"))
        .hasMessage("logging in to a.example:5000: the connection was refused");
    assertThat(refused.toException("reading the tags"))
        .hasMessage("reading the tags: a.example:5000: the connection was refused");
    assertThat(refused.toException("logging in to b.a.example:5000"))
        .hasMessage("logging in to b.a.example:5000: a.example:5000: the connection was refused");
  }
}
