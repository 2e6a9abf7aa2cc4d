package dev.modelcar.http.apache;

import dev.modelcar.http.TransportException;
import dev.modelcar.http.TransportException.Kind;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Failures of TLS against which no further authority helps. */
final class TlsFaults {
  private static final String UNTRUSTED = "the certificate is not trusted: ";

  private static final String CLIENT_CERTIFICATE =
      "Put the certificate and its key as client.cert and client.key into the folder"
          + " ~/.config/containers/certs.d/HOST:PORT, or use an address of the server that takes"
          + " a login instead.";

  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private TlsFaults() {}

  /** What a failure is, if it is one of these. */
  static Optional<TransportException> of(IOException e, String peer) {
    if (!(e instanceof SSLException)) {
      return Optional.empty();
    }
    String message = String.valueOf(e.getMessage());
    CertificateException expired = Failures.cause(e, CertificateExpiredException.class);
    if (expired != null) {
      return failure(
          e,
          peer,
          UNTRUSTED + "it has expired by this machine's clock (" + expired.getMessage() + ")",
          "Have the server's certificate renewed, or set this machine's clock.");
    }
    CertificateException early = Failures.cause(e, CertificateNotYetValidException.class);
    if (early != null) {
      return failure(
          e,
          peer,
          UNTRUSTED + "it is not valid yet by this machine's clock (" + early.getMessage() + ")",
          "Set this machine's clock, or have another certificate issued for the server.");
    }
    if (isForAnotherName(e, message)) {
      return failure(
          e,
          peer,
          UNTRUSTED + message,
          "Use a name of the server that its certificate is for, or have one issued for this name.");
    }
    Optional<TransportException> refused = ofAlert(e, message, peer);
    if (refused.isPresent()) {
      return refused;
    }
    if (message.contains("protocol_version")
        || message.matches("(?s).*server selected protocol version.*not accepted.*")) {
      return failure(
          e,
          peer,
          "the server has no version of TLS in common with this program (" + message + ")",
          "Enable TLS 1.2 or 1.3 on the server, or on the proxy in front of it.");
    }
    return Optional.empty();
  }

  /** What the server refuses finally; other alerts, such as internal_error, may pass. */
  private static Optional<TransportException> ofAlert(IOException e, String message, String peer) {
    Matcher alert = ALERT.matcher(message);
    if (!alert.find()) {
      return Optional.empty();
    }
    return switch (alert.group(1)) {
      case "certificate_required",
          "bad_certificate",
          "unsupported_certificate",
          "certificate_unknown",
          "certificate_revoked",
          "certificate_expired",
          "unknown_ca",
          "access_denied" ->
          failure(
              e,
              peer,
              "the server requires a certificate of its clients, or does not take the one it was given ("
                  + alert.group(1)
                  + ")",
              CLIENT_CERTIFICATE);
      case "handshake_failure", "insufficient_security" ->
          failure(
              e,
              peer,
              "the server refused the TLS handshake ("
                  + alert.group(1)
                  + "): it requires a certificate of its clients, or has no cipher in common with this program",
              CLIENT_CERTIFICATE + " Else enable current ciphers of TLS 1.2 or 1.3 on the server.");
      case "unrecognized_name" ->
          failure(
              e,
              peer,
              "the server knows no site of this name (unrecognized_name)",
              "Check the host of the address; a proxy or ingress in front of the server has to have a route for it.");
      default -> Optional.empty();
    };
  }

  private static boolean isForAnotherName(IOException e, String message) {
    CertificateException cause = Failures.cause(e, CertificateException.class);
    return e instanceof SSLPeerUnverifiedException
        || message.contains("No subject alternative")
        || (cause != null
            && String.valueOf(cause.getMessage())
                .matches("(?s).*(?:No subject alternative|No name matching).*"));
  }

  private static Optional<TransportException> failure(
      IOException e, String peer, String what, String hint) {
    return Optional.of(new TransportException(Kind.UNTRUSTED, peer, what, e).advising(hint));
  }
}
