package dev.modelcar.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.Retries;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Manifests of a repository: read with their digests checked, written and read back. */
final class RegistryManifests {
  private static final String ACCEPT = String.join(", ", MediaTypes.MANIFESTS);

  /** How often a manifest without a tag is sent before it is looked for later. */
  private static final int UNSEEN_TRIES = 3;

  private static final int MAX_PAGES = 10_000;
  private static final int MAX_PAGE = 16 << 20;

  private final RegistryHost host;
  private final RepositoryClient repository;

  /** What was sent by digest and was not to be had yet. */
  private final Queue<RawManifest> unseen = new ConcurrentLinkedQueue<>();

  RegistryManifests(RepositoryClient repository) {
    this.host = repository.host();
    this.repository = repository;
  }

  // ---- reading ----

  Optional<RawManifest> get(String tag) {
    return fetch(tag, Scope.pull(repository.name()), Optional.empty());
  }

  Optional<RawManifest> get(Digest digest) {
    return get(digest, Scope.pull(repository.name()));
  }

  private Optional<RawManifest> get(Digest digest, Scope scope) {
    return fetch(digest.toString(), scope, Optional.of(digest));
  }

  Optional<RawManifest> get(String tag, Scope scope) {
    return fetch(tag, scope, Optional.empty());
  }

  private Optional<RawManifest> fetch(String reference, Scope scope, Optional<Digest> expected) {
    String what =
        "reading the manifest %s of %s".formatted(reference, repository.location().name());
    HttpRequest get = repository.request("GET", "/manifests/" + reference).with("Accept", ACCEPT);
    return repository.repeat(
        what,
        () -> {
          try (HttpResponse response = repository.send(get, scope, what)) {
            if (response.status() == 404) {
              return Optional.empty();
            }
            if (response.status() != 200) {
              throw repository.refused(Refusal.read(response), what);
            }
            return Optional.of(read(response, what, expected));
          }
        });
  }

  /** What a proxy or a broken cache gives instead of a manifest may be gone with the next try. */
  private RawManifest read(HttpResponse response, String what, Optional<Digest> expected)
      throws IOException {
    byte[] bytes = response.bytes(RawManifest.MAX_BYTES + 1);
    if (bytes.length > RawManifest.MAX_BYTES) {
      throw new ModelcarException(OciError.IMAGE_INVALID, what + ": it exceeds the limit of 4 MiB");
    }
    String type = response.headers().mediaType();
    JsonNode json = json(bytes);
    if (MediaTypes.isDockerSchema1(type) || json.path("schemaVersion").asInt() == 1) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          what + ": Docker schema 1 manifests are not supported",
          "Push the image again with a current tool, which writes a newer manifest.",
          null);
    }
    if (!MediaTypes.isManifest(type)) {
      if (response.isHtml() || !json.isObject()) {
        throw new TransientException(
            OciError.REGISTRY_PROTOCOL, what + ": " + host.name() + " did not return a manifest");
      }
      type = Documents.mediaTypeOf(bytes);
    }
    RawManifest manifest = new RawManifest(type, bytes);
    Optional<Digest> promised =
        expected.or(() -> response.headers().first("Docker-Content-Digest").flatMap(Digest::parse));
    if (promised.isPresent()
        && promised.get().algorithm() == Digest.Algorithm.SHA256
        && !promised.get().equals(manifest.digest())) {
      throw new TransientException(
          OciError.REGISTRY_CONTENT_MISMATCH,
          "%s: %s returned content with the digest %s"
              .formatted(what, host.name(), manifest.digest()));
    }
    return manifest;
  }

  /** What the bytes are in JSON; a missing node if they are something else. */
  private static JsonNode json(byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (InvalidJsonException e) {
      return MissingNode.getInstance();
    }
  }

  List<String> tags() {
    String what = "listing the tags of " + repository.location().name();
    Set<String> tags = new TreeSet<>();
    Set<URI> seen = new HashSet<>();
    Optional<URI> page = Optional.of(host.uri("/v2/" + repository.name() + "/tags/list?n=1000"));
    for (int i = 0; page.isPresent() && i < MAX_PAGES && seen.add(page.get()); i++) {
      URI uri = page.get();
      HttpRequest get = HttpRequest.get(uri).with(host.settings().timeouts());
      page = repository.repeat(what, () -> readTags(get, uri, tags, what));
    }
    return List.copyOf(tags);
  }

  private Optional<URI> readTags(HttpRequest get, URI uri, Set<String> tags, String what)
      throws IOException {
    try (HttpResponse response = repository.send(get, Scope.pull(repository.name()), what)) {
      if (response.status() == 404) {
        return Optional.empty();
      }
      if (response.status() != 200) {
        throw repository.refused(Refusal.read(response), what);
      }
      try {
        Json.parse(response.bytes(MAX_PAGE)).path("tags").forEach(tag -> tags.add(tag.asText()));
      } catch (InvalidJsonException e) {
        throw new TransientException(OciError.REGISTRY_PROTOCOL, what + ": the list is not JSON");
      }
      return response
          .headers()
          .nextPage()
          .flatMap(link -> Pages.next(host, uri, link, "/tags/list"));
    }
  }

  // ---- writing ----

  /**
   * Puts a manifest that others will name. Some registries show what came by digest only once a tag
   * leads to it, so what is not to be had now is for {@link #lookForUnseen}.
   *
   * @return whether the registry says that it lists the manifest under its subject
   */
  boolean putUnnamed(RawManifest manifest) throws MissingBlobsException {
    return put(manifest, Optional.empty(), UNSEEN_TRIES);
  }

  /**
   * Puts a manifest and asks what is there now; what was not kept as it was sent is sent again.
   *
   * @return whether the registry says that it lists the manifest under its subject
   */
  boolean put(RawManifest manifest, Optional<String> tag) throws MissingBlobsException {
    return put(manifest, tag, Integer.MAX_VALUE);
  }

  /** Once a tag leads to all manifests they have to be there. */
  void lookForUnseen() throws MissingBlobsException {
    for (RawManifest next = unseen.poll(); next != null; next = unseen.poll()) {
      if (get(next.digest(), Scope.push(repository.name())).isEmpty()) {
        put(next, Optional.empty());
      }
    }
  }

  private boolean put(RawManifest manifest, Optional<String> tag, int tries)
      throws MissingBlobsException {
    String reference = tag.orElse(manifest.digest().toString());
    String what =
        "publishing %s%s%s"
            .formatted(repository.location().name(), tag.isPresent() ? ":" : "@", reference);
    if (manifest.size() > host.profile().maxManifest()) {
      throw new ModelcarException(
          OciError.REGISTRY_TOO_LARGE,
          "%s: the manifest has %s, but %s accepts at most %s"
              .formatted(
                  what,
                  ByteSize.format(manifest.size()),
                  host.name(),
                  ByteSize.format(host.profile().maxManifest())),
          "Use fewer layers, or fewer or shorter annotations.",
          null);
    }
    Retries retries = repository.retries();
    for (int tried = 1; ; tried++) {
      boolean listed = send(manifest, reference, what);
      Optional<RawManifest> held =
          fetch(reference, Scope.push(repository.name()), Optional.empty());
      if (held.isPresent() && Arrays.equals(held.get().bytes(), manifest.bytes())) {
        return listed;
      }
      if (held.isEmpty() && tried >= tries) {
        unseen.add(manifest);
        return listed;
      }
      retries.waitOrThrow(
          new TransientException(
              OciError.REGISTRY_CONTENT_MISMATCH,
              held.isEmpty()
                  ? "%s: %s accepted the manifest but does not have it".formatted(what, host.name())
                  : "%s: %s accepted the manifest %s but returns %s"
                      .formatted(what, host.name(), manifest.digest(), held.get().digest())),
          what);
    }
  }

  /** Puts a manifest once, and says whether it is listed under its subject now. */
  boolean send(RawManifest manifest, String reference, String what) throws MissingBlobsException {
    try (HttpResponse response =
        repository.send(putRequest(manifest, reference), Scope.push(repository.name()), what)) {
      if (!response.isSuccess()) {
        throw refusedManifest(response, what);
      }
      return response.headers().first("OCI-Subject").isPresent();
    }
  }

  private HttpRequest putRequest(RawManifest manifest, String reference) {
    return repository
        .request("PUT", "/manifests/" + reference)
        .with("Content-Type", manifest.mediaType())
        .with(RequestBody.of(manifest.bytes()));
  }

  private ModelcarException refusedManifest(HttpResponse response, String what)
      throws MissingBlobsException {
    Refusal refusal = Refusal.read(response);
    if (refusal.saysBlobUnknown()) {
      throw new MissingBlobsException(
          repository.refused(refusal, what).getMessage() + "", new ArrayList<>(refusal.digests()));
    }
    return repository.refused(refusal, what);
  }

  boolean delete(Digest digest) {
    try {
      return delete(digest, Scope.delete(repository.name()));
    } catch (ModelcarException e) {
      if (e.code() != OciError.REGISTRY_UNAUTHORIZED && e.code() != OciError.REGISTRY_DENIED) {
        return false;
      }
    }
    try {
      // Some token servers know no right to delete, and give nothing to who asks for it.
      return delete(digest, Scope.push(repository.name()));
    } catch (ModelcarException e) {
      return false;
    }
  }

  private boolean delete(Digest digest, Scope scope) {
    return refusal(digest.toString(), scope).isEmpty();
  }

  /** Why a manifest or a tag was not deleted; nothing if it was. */
  private Optional<Refusal> refusal(String reference, Scope scope) {
    HttpRequest request = repository.request("DELETE", "/manifests/" + reference);
    try (HttpResponse response = repository.send(request, scope, deleting(reference))) {
      return response.isSuccess() ? Optional.empty() : Optional.of(Refusal.read(response));
    }
  }

  private String deleting(String reference) {
    return "deleting " + reference + " from " + repository.location().name();
  }

  /**
   * Deletes a tag, or a manifest with all its tags. Where a registry deletes manifests only, that
   * is done if no other tag is lost by it.
   */
  void remove(Optional<String> tag, Digest digest) {
    if (tag.isPresent()) {
      Optional<Refusal> refusal = refusalToAnyone(tag.get());
      if (refusal.isEmpty()) {
        return;
      }
      if (refusal.get().status() != 400 && refusal.get().status() != 405) {
        throw repository.refused(refusal.get(), deleting(tag.get()));
      }
      List<String> others =
          tags().stream()
              .filter(other -> !other.equals(tag.get()))
              .filter(other -> get(other).filter(m -> m.digest().equals(digest)).isPresent())
              .toList();
      if (!others.isEmpty()) {
        throw new ModelcarException(
            OciError.REGISTRY_REFUSED,
            "%s deletes images, not single tags, and %s has the tags %s as well"
                .formatted(host.name(), digest, String.join(", ", others)),
            "Delete the image with all its tags: %s@%s."
                .formatted(repository.location().name(), digest),
            null);
      }
    }
    Optional<Refusal> refusal = refusalToAnyone(digest.toString());
    if (refusal.isPresent() && refusal.get().status() == 405) {
      throw new ModelcarException(
          OciError.REGISTRY_REFUSED,
          "%s does not delete images (405)%s".formatted(host.name(), refusal.get().reason()),
          "Delete it in the registry's own interface, or enable deletion there (distribution:"
              + " storage.delete.enabled).",
          null);
    }
    if (refusal.isPresent()) {
      throw repository.refused(refusal.get(), deleting(digest.toString()));
    }
  }

  /** Some token servers know no right to delete, and give nothing to who asks for it. */
  private Optional<Refusal> refusalToAnyone(String reference) {
    Optional<Refusal> refusal;
    try {
      refusal = refusal(reference, Scope.delete(repository.name()));
    } catch (ModelcarException e) {
      if (e.code() != OciError.REGISTRY_UNAUTHORIZED && e.code() != OciError.REGISTRY_DENIED) {
        throw e;
      }
      return refusal(reference, Scope.push(repository.name()));
    }
    boolean noRight = refusal.filter(r -> r.status() == 401 || r.status() == 403).isPresent();
    return noRight ? refusal(reference, Scope.push(repository.name())) : refusal;
  }
}
