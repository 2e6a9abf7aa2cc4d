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
      REMOTE, true, "Check that the server is up and that no firewall blocks the connection."),
  NETWORK_STALLED(
      REMOTE, true, "Run the same command again, or raise --stall-timeout if the server is slow."),
  NETWORK_BROKEN(REMOTE, true, "Run the same command again; a shipment goes on where it stopped."),
  NETWORK_PROXY(
      REMOTE, false, "Check HTTPS_PROXY, HTTP_PROXY, NO_PROXY and the proxy's credentials."),
  TLS_UNTRUSTED(
      REMOTE,
      false,
      "Name the certificate authority with --ca-file or SSL_CERT_FILE, or add it to certs.d. An expired"
          + " certificate must be renewed."),
  TLS_PLAIN_HTTP(
      REMOTE,
      false,
      "The server speaks plain HTTP; if that is intended, add --plain-http, or write http:// before the"
          + " reference."),
  REDIRECT_REFUSED(
      REMOTE,
      false,
      "Fix the redirect on the server, or the proxy in front of it; modelcar does not follow unsafe redirects.");

  private final ErrorSpec spec;

  HttpError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
