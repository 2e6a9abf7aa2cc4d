package dev.modelcar.http;

/** Makes transports. */
public final class HttpTransports {
  private HttpTransports() {}

  /** A transport with connections of its own. */
  public static HttpTransport create(HttpSettings settings) {
    return new ApacheTransport(settings);
  }
}
