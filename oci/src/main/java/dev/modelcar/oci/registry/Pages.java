package dev.modelcar.oci.registry;

import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.Uris;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages of a list. */
final class Pages {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

  private Pages() {}

  /** What an answer says of the page after it. */
  static Optional<String> link(HttpHeaders headers) {
    for (String link : headers.all("Link")) {
      Matcher next = NEXT.matcher(link);
      if (next.find()) {
        return Optional.of(next.group(1));
      }
    }
    return Optional.empty();
  }

  /**
   * The address of the next page. Wherever the link says it leads, the page is asked for at this
   * registry: nobody else gets its credentials.
   *
   * @param list what the path of every page of this list has in it
   * @return nothing if the link leads to no page of the list
   */
  static Optional<URI> next(RegistryHost host, URI asked, String link, String list) {
    // Java takes a bare query for one of the folder, other than RFC 3986 says.
    return Uris.resolve(asked, link.startsWith("?") ? asked.getRawPath() + link : link)
        .filter(to -> to.getRawPath().contains(list))
        .map(to ->
            host.uri(to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery())));
  }
}
