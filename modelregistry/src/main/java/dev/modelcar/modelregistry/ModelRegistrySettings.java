package dev.modelcar.modelregistry;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A server and how to reach it.
 *
 * @param api the root of the API, as {@link #api} makes it
 * @param token is asked before each request, so that a token that is replaced meanwhile is used
 * @param retryPolicy for servers that are away for a moment
 * @param retryListener is told of waits
 * @param timeouts for silent connections
 */
public record ModelRegistrySettings(
    URI api,
    Supplier<Optional<String>> token,
    RetryPolicy retryPolicy,
    RetryListener retryListener,
    Timeouts timeouts) {
  private static final String ROOT = "/api/model_registry";
  private static final int MOST_PORT = 65_535;
  private static final String PATH = ROOT + "/v1alpha3";

  /**
   * The root of the API of a server: its URL may end with the API's path, in full or in part, and
   * may have another path before it, as behind a gateway.
   *
   * @throws ModelcarException {@link ModelRegistryError#MODEL_REGISTRY_URL_INVALID}
   */
  public static URI api(String url) {
    URI uri;
    try {
      uri = new URI(url.strip());
    } catch (URISyntaxException e) {
      throw invalid(url, "it is not a URL");
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw invalid(url, "it does not begin with https:// or http://");
    }
    if (uri.getHost() == null) {
      throw invalid(url, "it has no host");
    }
    if (uri.getUserInfo() != null) {
      throw invalid(uri.getHost(), "its URL contains a user name; tokens come from a file");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw invalid(url.replaceFirst("[?#].*", ""), "its URL has a query or a fragment");
    }
    if (uri.getPort() == 0 || uri.getPort() > MOST_PORT) {
      throw invalid(url, "its port is not between 1 and " + MOST_PORT);
    }
    String path = uri.getRawPath().replaceFirst("/+$", "");
    String whole =
        path.endsWith(PATH)
            ? path
            : (path.endsWith(ROOT) ? path.substring(0, path.length() - ROOT.length()) : path)
                + PATH;
    return URI.create(scheme + "://" + uri.getRawAuthority() + whole);
  }

  private static ModelcarException invalid(String url, String why) {
    return new ModelcarException(
        ModelRegistryError.MODEL_REGISTRY_URL_INVALID,
        "the Model Registry %s cannot be used: %s".formatted(url, why));
  }
}
