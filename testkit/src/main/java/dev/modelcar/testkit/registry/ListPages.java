package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lists of tags and of referrers. */
final class ListPages {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  void tags(RegistryExchange exchange) throws IOException {
    String name = exchange.route().repository();
    List<String> all = exchange.state().find(name).map(RepositoryState::tags).orElse(List.of());
    if (all.isEmpty()) {
      exchange.refuse(404, "NAME_UNKNOWN", "repository name not known to registry");
      return;
    }
    String last = exchange.call().query("last").orElse("");
    int limit =
        exchange
            .call()
            .query("n")
            .filter(text -> text.matches("\\d{1,9}"))
            .map(Integer::parseInt)
            .orElse(Integer.MAX_VALUE);
    List<String> rest = all.stream().filter(tag -> tag.compareTo(last) > 0).toList();
    List<String> page = rest.stream().limit(limit).toList();
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
    ArrayNode tags = body.putArray("tags");
    page.forEach(tags::add);
    Headers more =
        page.size() < rest.size() && !page.isEmpty()
            ? Headers.of(
                "Link",
                "</v2/%s/tags/list?n=%d&last=%s>; rel=\"next\""
                    .formatted(name, limit, page.getLast()))
            : Headers.none();
    exchange.json(200, more, "application/json; charset=utf-8", body);
  }

  void referrers(RegistryExchange exchange) throws IOException {
    if (!exchange.state().habits().referrers()) {
      exchange.noSuchPage();
      return;
    }
    String subject = exchange.route().reference();
    Optional<String> wanted = exchange.call().query("artifactType");
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("schemaVersion", 2).put("mediaType", INDEX);
    ArrayNode found = index.putArray("manifests");
    for (StoredManifest manifest : exchange.repository().manifests()) {
      ManifestLinks.of(manifest.content().bytes())
          .filter(links -> links.subject().map(subject::equals).orElse(false))
          .map(links -> describe(manifest, links))
          .filter(node -> wanted.map(node.path("artifactType").asText()::equals).orElse(true))
          .ifPresent(found::add);
    }
    Headers more =
        wanted.isPresent() ? Headers.of("OCI-Filters-Applied", "artifactType") : Headers.none();
    exchange.json(200, more, INDEX, index);
  }

  private static ObjectNode describe(StoredManifest manifest, ManifestLinks links) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("mediaType", manifest.mediaType()).put("digest", manifest.digest());
    node.put("size", manifest.content().size());
    String artifactType = links.document().path("artifactType").asText();
    node.put(
        "artifactType",
        artifactType.isEmpty()
            ? links.document().path("config").path("mediaType").asText()
            : artifactType);
    if (links.document().has("annotations")) {
      node.set("annotations", links.document().get("annotations"));
    }
    return node;
  }
}
