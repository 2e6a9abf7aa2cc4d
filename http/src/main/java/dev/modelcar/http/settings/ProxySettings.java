package dev.modelcar.http.settings;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that {@code HTTP_PROXY}, {@code HTTPS_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}
 * (or their lower-case forms, which win) name, by the rules of Go's HTTP client, which skopeo,
 * crane and kubectl share: loopback is never proxied; an entry of {@code NO_PROXY} is {@code *}, a
 * host, a domain (with or without a leading dot, matching its subdomains), an address or an address
 * range, each with an optional port.
 */
public final class ProxySettings {
  private final Optional<URI> forHttp;
  private final Optional<URI> forHttps;
  private final List<String> exceptions;

  private ProxySettings(Optional<URI> forHttp, Optional<URI> forHttps, List<String> exceptions) {
    this.forHttp = forHttp;
    this.forHttps = forHttps;
    this.exceptions = exceptions;
  }

  public static ProxySettings none() {
    return new ProxySettings(Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * Reads the variables.
   *
   * @throws ModelcarException if one of them is not an address of a proxy
   */
  public static ProxySettings of(Map<String, String> environment) {
    Optional<URI> all = proxy(environment, "ALL_PROXY");
    List<String> exceptions = new ArrayList<>();
    variable(environment, "NO_PROXY")
        .ifPresent(list -> {
          for (String entry : list.split("[,\\s]+", -1)) {
            if (!entry.isBlank()) {
              exceptions.add(entry.strip().toLowerCase(Locale.ROOT));
            }
          }
        });
    return new ProxySettings(
        proxy(environment, "HTTP_PROXY").or(() -> all),
        proxy(environment, "HTTPS_PROXY").or(() -> all),
        List.copyOf(exceptions));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    String value = environment.get(name.toLowerCase(Locale.ROOT));
    if (value == null || value.isBlank()) {
      value = environment.get(name);
    }
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  private static Optional<URI> proxy(Map<String, String> environment, String name) {
    return variable(environment, name)
        .map(text -> {
          try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null
                && List.of("http", "socks5", "socks5h", "socks").contains(uri.getScheme())) {
              return uri;
            }
          } catch (URISyntaxException e) {
            // Said below, without the text: it may hold a password.
          }
          throw new ModelcarException(
              HttpError.NETWORK_PROXY,
              name + " is not the URL of a proxy (http://HOST:PORT or socks5://HOST:PORT)");
        });
  }

  /** The proxy on the way to an address, if there is one. */
  public Optional<URI> proxyFor(String scheme, String host, int port) {
    Optional<URI> proxy = scheme.equals("https") ? forHttps : forHttp;
    return proxy.isEmpty() || isException(host.toLowerCase(Locale.ROOT), port)
        ? Optional.empty()
        : proxy;
  }

  private boolean isException(String bracketedHost, int port) {
    String host =
        bracketedHost.startsWith("[")
            ? bracketedHost.substring(1, bracketedHost.length() - 1)
            : bracketedHost;
    Optional<InetAddress> address = literal(host);
    if (host.equals("localhost")
        || host.endsWith(".localhost")
        || address.map(InetAddress::isLoopbackAddress).orElse(false)) {
      return true;
    }
    return exceptions.stream().anyMatch(entry -> matches(entry, host, port, address));
  }

  private static boolean matches(
      String exception, String host, int port, Optional<InetAddress> address) {
    if (exception.equals("*")) {
      return true;
    }
    String entry = exception;
    int colon = entry.lastIndexOf(':');
    if ((colon > 0 && entry.indexOf(':') == colon) || entry.contains("]:")) {
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      entry = entry.substring(0, colon);
    }
    entry = entry.replace("[", "").replace("]", "");
    if (address.isPresent()) {
      return inRange(entry, address.get());
    }
    String domain = entry.startsWith("*.") ? entry.substring(1) : entry;
    return domain.startsWith(".")
        ? host.endsWith(domain)
        : host.equals(domain) || host.endsWith("." + domain);
  }

  private static boolean inRange(String entry, InetAddress address) {
    int slash = entry.indexOf('/');
    Optional<InetAddress> network = literal(slash < 0 ? entry : entry.substring(0, slash));
    if (network.isEmpty() || network.get().getAddress().length != address.getAddress().length) {
      return false;
    }
    if (slash < 0) {
      return network.get().equals(address);
    }
    String prefix = entry.substring(slash + 1);
    int bits = address.getAddress().length * 8;
    if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > bits) {
      return false;
    }
    int shift = bits - Integer.parseInt(prefix);
    return new BigInteger(1, network.get().getAddress())
        .shiftRight(shift)
        .equals(new BigInteger(1, address.getAddress()).shiftRight(shift));
  }

  /** The address that a literal spells; names are not looked up. */
  private static Optional<InetAddress> literal(String host) {
    if (!host.matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
