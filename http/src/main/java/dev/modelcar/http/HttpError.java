package dev.modelcar.http;

import static dev.modelcar.core.ErrorCategory.REMOTE;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of the network, of TLS, and of redirects. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum HttpError implements ErrorCode {
  NETWORK_UNKNOWN_HOST(
      REMOTE, false, "Check the host name, the DNS settings and the proxy variables."),
  NETWORK_UNREACHABLE(
      REMOTE, true, "Check that the server runs and that no firewall is in between."),
  NETWORK_STALLED(REMOTE, true, "The connection stayed silent; run the same command again."),
  NETWORK_BROKEN(
      REMOTE, true, "Connections break; run the same command again, what has arrived is kept."),
  NETWORK_PROXY(
      REMOTE, false, "Check HTTPS_PROXY, HTTP_PROXY, NO_PROXY and the proxy's credentials."),
  TLS_UNTRUSTED(
      REMOTE,
      false,
      "Name the certificate authority with --ca-file or SSL_CERT_FILE, or put it into certs.d; one that"
          + " has expired must be renewed."),
  TLS_PLAIN_HTTP(
      REMOTE, false, "The server speaks plain HTTP: if that is what you want, add --plain-http."),
  REDIRECT_REFUSED(REMOTE, false, "The server redirects in a way that is not safe to follow.");

  private final ErrorSpec spec;

  HttpError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
