package dev.modelcar.oci.registry;

import dev.modelcar.http.Uris;
import dev.modelcar.oci.registry.client.RegistryHost;
import java.net.URI;
import java.util.Optional;

/** The pages of a list. */
final class Pages {
  private Pages() {}

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
