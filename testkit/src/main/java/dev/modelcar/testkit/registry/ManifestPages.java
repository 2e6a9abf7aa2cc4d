package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.fault.ContentAnswer;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Manifests and indexes. */
final class ManifestPages {
  private static final int LARGEST = 4 << 20;
  private static final String TAG = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";

  void read(RegistryExchange exchange) throws IOException {
    Optional<StoredManifest> manifest =
        exchange
            .state()
            .find(exchange.route().repository())
            .flatMap(repository -> repository.manifest(exchange.route().reference()));
    if (manifest.isEmpty() || !isAccepted(exchange, manifest.get().mediaType())) {
      exchange.refuse(404, "MANIFEST_UNKNOWN", "manifest unknown");
      return;
    }
    String digest = manifest.get().digest();
    Headers headers =
        RegistryExchange.common()
            .and(exchange.digestHeader(digest))
            .with("Content-Type", manifest.get().mediaType())
            .with("ETag", "\"" + digest + "\"");
    ContentAnswer.send(exchange.call(), manifest.get().content(), headers, exchange.fault());
  }

  private static boolean isAccepted(RegistryExchange exchange, String mediaType) {
    return !exchange.state().habits().acceptNeeded()
        || exchange.call().headers().fields().stream()
            .filter(field -> field.name().equalsIgnoreCase("Accept"))
            .flatMap(field -> Arrays.stream(field.value().split(",", -1)))
            .anyMatch(accepted -> accepted.split(";", 2)[0].strip().equals(mediaType));
  }

  void put(RegistryExchange exchange) throws IOException {
    if (exchange.call().bodyLength() > LARGEST) {
      exchange.refuse(413, "SIZE_INVALID", "a manifest has at most 4 MiB");
      return;
    }
    byte[] bytes = exchange.call().readBody(LARGEST);
    String reference = exchange.route().reference();
    StoredManifest manifest =
        new StoredManifest(
            exchange.call().header("Content-Type").orElse("application/octet-stream"),
            Content.of(bytes));
    Optional<ManifestLinks> links = ManifestLinks.of(bytes);
    if (links.isEmpty() || !isType(manifest.mediaType(), links.get())) {
      exchange.refuse(400, "MANIFEST_INVALID", "manifest invalid");
    } else if (RepositoryState.isDigest(reference) && !manifest.digest().equals(reference)) {
      exchange.refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    } else if (!RepositoryState.isDigest(reference) && !reference.matches(TAG)) {
      exchange.refuse(400, "TAG_INVALID", "manifest tag did not match URI");
    } else {
      putChecked(exchange, manifest, links.get());
    }
  }

  private static boolean isType(String contentType, ManifestLinks links) {
    return links.mediaType().map(contentType::equals).orElse(true);
  }

  private static void putChecked(
      RegistryExchange exchange, StoredManifest manifest, ManifestLinks links) throws IOException {
    if (exchange.fault(RegistryFault.BlobVanished.class).isPresent()) {
      links.largestLayer().ifPresent(exchange.state().blobs()::forget);
    }
    Optional<String> missing = missing(exchange, links);
    if (missing.isPresent()) {
      ObjectNode detail = JsonNodeFactory.instance.objectNode().put("digest", missing.get());
      exchange.refuse(
          400, Headers.none(), "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", detail);
      return;
    }
    store(exchange, manifest);
    String path = "/v2/" + exchange.route().repository() + "/manifests/" + manifest.digest();
    Headers headers =
        exchange.digestHeader(manifest.digest()).with("Location", exchange.place(path));
    boolean subject =
        exchange.state().habits().referrers()
            && links.subject().isPresent()
            && exchange.fault(RegistryFault.SubjectNotSaid.class).isEmpty();
    exchange.respond(
        201, subject ? headers.with("OCI-Subject", links.subject().orElseThrow()) : headers);
  }

  private static Optional<String> missing(RegistryExchange exchange, ManifestLinks links) {
    String repository = exchange.route().repository();
    Optional<String> blob =
        links.blobs().stream()
            .filter(digest -> exchange.state().blob(repository, digest).isEmpty())
            .findFirst();
    return blob.isPresent()
        ? blob
        : links.manifests().stream()
            .filter(digest -> exchange.repository().manifest(digest).isEmpty())
            .findFirst();
  }

  private static void store(RegistryExchange exchange, StoredManifest manifest) {
    if (exchange.fault(RegistryFault.ManifestNotStored.class).isPresent()) {
      return;
    }
    boolean altered = exchange.fault(RegistryFault.ManifestAltered.class).isPresent();
    StoredManifest stored =
        altered
            ? new StoredManifest(
                manifest.mediaType(),
                Content.of(new String(manifest.content().bytes(), StandardCharsets.UTF_8) + "\n"))
            : manifest;
    exchange.repository().put(exchange.route().reference(), stored);
  }

  void delete(RegistryExchange exchange) throws IOException {
    if (!exchange.state().habits().deletes()) {
      exchange.refuse(405, "UNSUPPORTED", "The operation is unsupported.");
    } else if (exchange.repository().remove(exchange.route().reference())) {
      exchange.respond(202, Headers.none());
    } else {
      exchange.refuse(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
  }
}
