package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.TransportException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What helps against failures of TLS. */
final class TlsFaultsTest {
  record Row(IOException failure, String says, String advises) {}

  private static IOException because(CertificateException cause) {
    return new SSLHandshakeException("PKIX path validation failed", cause);
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(because(new CertificateExpiredException("x")), "it has expired", "renewed"),
        new Row(because(new CertificateNotYetValidException("x")), "not valid yet", "clock"),
        new Row(
            because(new CertificateException("No name matching a.example found")),
            "not trusted",
            "a name of the server"),
        new Row(
            because(new CertificateException("No subject alternative DNS name matching a found.")),
            "not trusted",
            "a name of the server"),
        new Row(
            new SSLPeerUnverifiedException("Certificate for <a> doesn't match"),
            "doesn't match",
            "a name of the server"),
        new Row(
            new SSLException("(certificate_required) Received fatal alert: certificate_required"),
            "requires a certificate of its clients",
            "client.cert"),
        new Row(
            new SSLHandshakeException("(bad_certificate) Received fatal alert: bad_certificate"),
            "does not take the one it was given",
            "client.cert"),
        new Row(
            new SSLHandshakeException(
                "(handshake_failure) Received fatal alert: handshake_failure"),
            "no cipher in common",
            "ciphers of TLS 1.2"),
        new Row(
            new SSLHandshakeException(
                "(unrecognized_name) Received fatal alert: unrecognized_name"),
            "no site of this name",
            "route"),
        new Row(
            new SSLHandshakeException("(protocol_version) Received fatal alert: protocol_version"),
            "no version of TLS in common",
            "TLS 1.2"),
        new Row(
            new SSLHandshakeException(
                "The server selected protocol version TLS11 is not accepted by client preferences"
                    + " [TLS13, TLS12]"),
            "no version of TLS in common",
            "TLS 1.2"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void noAuthorityIsAdvisedWhereNoneHelps(Row row) {
    TransportException e = TlsFaults.of(row.failure(), "h.example").orElseThrow();
    assertThat(e.kind()).isEqualTo(TransportException.Kind.UNTRUSTED);
    assertThat(e).hasMessageContaining(row.says());
    assertThat(e.toException("asking").hint())
        .contains(row.advises())
        .doesNotContain("--ca-file", "authorit");
  }

  @Test
  void alertsThatMayPassAreNoneOfThese() {
    assertThat(
            TlsFaults.of(
                new SSLException("(internal_error) Received fatal alert: internal_error"),
                "h.example"))
        .isEmpty();
  }

  @Test
  void whatAnAuthorityHelpsAgainstIsNoneOfThese() {
    assertThat(
            TlsFaults.of(
                because(new CertificateException("unable to find valid certification path")),
                "h.example"))
        .isEqualTo(Optional.empty());
  }
}
