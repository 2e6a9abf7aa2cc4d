package dev.modelcar.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.Retries;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What refers to the manifests of a repository. Registries that know of referrers list them; in the
 * others every client keeps an index of them under a tag made of the subject's digest.
 */
final class RegistryReferrers {
  /** What registries answer that have never heard of the question. */
  private static final Set<Integer> NO_LIST = Set.of(400, 404, 405, 406, 501);

  private static final int MAX_PAGES = 1_000;
  private static final int MAX_PAGE = 16 << 20;

  private final RegistryHost host;
  private final RepositoryClient repository;
  private final RegistryManifests manifests;

  private record Page(List<Descriptor> manifests, Optional<URI> next) {}

  RegistryReferrers(RepositoryClient repository, RegistryManifests manifests) {
    this.host = repository.host();
    this.repository = repository;
    this.manifests = manifests;
  }

  // ---- reading ----

  List<Descriptor> list(Digest subject) {
    Scope scope = Scope.pull(repository.name());
    return listed(subject, scope)
        .orElseGet(() -> index(subject, scope).map(RegistryReferrers::entries).orElse(List.of()));
  }

  /** What the registry lists, all pages of it; nothing if it keeps no lists. */
  private Optional<List<Descriptor>> listed(Digest subject, Scope scope) {
    if (host.profile().kind() == RegistryProfile.Kind.GHCR) {
      // It sends the question to a web page; others that keep no lists say so, or may learn to.
      return Optional.empty();
    }
    String what =
        "listing what refers to %s in %s".formatted(subject, repository.location().name());
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    Set<URI> seen = new HashSet<>();
    Optional<URI> next =
        Optional.of(host.uri("/v2/" + repository.name() + "/referrers/" + subject));
    while (next.isPresent()) {
      URI uri = next.get();
      if (!seen.add(uri) || seen.size() > MAX_PAGES) {
        throw new ModelcarException(
            OciError.REGISTRY_PROTOCOL, what + ": the pages of the list do not end");
      }
      Optional<Page> page = repository.repeat(what, () -> page(uri, scope, what, seen.size() == 1));
      if (page.isEmpty()) {
        return Optional.empty();
      }
      page.get().manifests().forEach(entry -> found.putIfAbsent(entry.digest(), entry));
      next = page.get().next();
    }
    return Optional.of(List.copyOf(found.values()));
  }

  private Optional<Page> page(URI uri, Scope scope, String what, boolean first) throws IOException {
    HttpRequest get = HttpRequest.get(uri).with(host.settings().timeouts());
    try (HttpResponse response = repository.send(get, scope, what)) {
      if (first && NO_LIST.contains(response.status())) {
        return Optional.empty();
      }
      if (response.status() != 200) {
        throw repository.refused(Refusal.read(response), what);
      }
      List<Descriptor> entries = read(response.bytes(MAX_PAGE), what);
      Optional<String> link = response.headers().nextPage();
      if (link.isEmpty()) {
        return Optional.of(new Page(entries, Optional.empty()));
      }
      URI next =
          Pages.next(host, uri, link.get(), "/referrers/")
              .orElseThrow(() ->
                  new ModelcarException(
                      OciError.REGISTRY_PROTOCOL,
                      what + ": the link to the next page leads somewhere else"));
      return Optional.of(new Page(entries, Optional.of(next)));
    }
  }

  /** The type is not looked at: some registries call the list JSON, which it is. */
  private List<Descriptor> read(byte[] bytes, String what) throws TransientException {
    try {
      JsonNode json = Json.parse(bytes);
      if (json.isObject() && json.has("manifests") && json.get("manifests").isNull()) {
        return List.of();
      }
      if (json.path("manifests").isArray()) {
        return entries(new RawManifest(Documents.mediaTypeOf(bytes), bytes));
      }
    } catch (InvalidJsonException e) {
      // What a proxy puts in place of the list may be gone with the next try.
    }
    throw new TransientException(
        OciError.REGISTRY_PROTOCOL,
        "%s: %s answers with something but a list".formatted(what, host.name()));
  }

  private static List<Descriptor> entries(RawManifest index) {
    return Documents.index(index).manifests();
  }

  private Optional<RawManifest> index(Digest subject, Scope scope) {
    return indexAt(subject, scope).filter(RawManifest::isIndex);
  }

  /** What is under the tag; some registries take it for the subject's digest, and give that. */
  private Optional<RawManifest> indexAt(Digest subject, Scope scope) {
    return manifests
        .get(Referrer.tag(subject), scope)
        .filter(found -> !found.digest().equals(subject));
  }

  // ---- writing ----

  /**
   * Sees to it that a referrer, which is there, is found from its subject by a registry that did
   * not say that it has understood what it was given.
   */
  void add(Referrer referrer) {
    Scope scope = Scope.push(repository.name());
    if (listed(referrer.subject(), scope).isPresent()) {
      // Quay keeps lists, and says nothing of it when it takes a manifest.
      return;
    }
    host.referrersLock().lock();
    try {
      addToIndex(referrer, scope);
    } finally {
      host.referrersLock().unlock();
    }
  }

  /** Other processes may write the same index: it is read again after each write. */
  private void addToIndex(Referrer referrer, Scope scope) {
    String tag = Referrer.tag(referrer.subject());
    String what =
        "adding to the list of referrers %s:%s".formatted(repository.location().name(), tag);
    Retries retries = repository.retries();
    for (boolean written = false; ; written = true) {
      Optional<RawManifest> present = indexAt(referrer.subject(), scope);
      if (present.isPresent() && !present.get().isIndex()) {
        throw new ModelcarException(
            OciError.REGISTRY_REFUSED,
            what + ": the tag is there, and it is not a list",
            "Remove or rename that tag: registries of this kind find signatures and SBOMs by it.",
            null);
      }
      if (present.stream().anyMatch(index -> names(index, referrer))) {
        return;
      }
      if (written) {
        String lost = "%s: %s has another list than it was given".formatted(what, host.name());
        retries.waitOrThrow(new TransientException(OciError.REGISTRY_CONTENT_MISMATCH, lost), what);
      }
      RawManifest grown =
          present
              .map(index -> Documents.append(index, referrer.descriptor()))
              .orElseGet(() ->
                  new ImageIndex(List.of(referrer.descriptor()), new TreeMap<>(), Optional.empty())
                      .toRaw());
      try {
        manifests.send(grown, tag, what);
      } catch (MissingBlobsException e) {
        throw new ModelcarException(
            OciError.REGISTRY_REFUSED,
            e.getMessage() + ": the list names manifests that are gone",
            "Remove that tag, then copy again: what is still there is listed anew.",
            e);
      }
    }
  }

  private static boolean names(RawManifest index, Referrer referrer) {
    return entries(index).stream()
        .anyMatch(entry -> entry.digest().equals(referrer.descriptor().digest()));
  }
}
