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
 * The referrers of manifests. Some registries list them; in others, every client maintains an index
 * of them under a tag made of the subject's digest.
 */
record RegistryReferrers(RepositoryClient repository, RegistryManifests manifests) {
  /** Responses of registries without a referrers API. */
  private static final Set<Integer> NO_LIST = Set.of(400, 404, 405, 406, 501);

  private static final int MAX_PAGES = 1_000;
  private static final int MAX_PAGE = 16 << 20;

  private record Page(List<Descriptor> manifests, Optional<URI> next) {}

  // ---- reading ----

  List<Descriptor> list(Digest subject) {
    Scope scope = Scope.pull(repository.name());
    return listed(subject, scope)
        .orElseGet(() -> index(subject, scope).map(RegistryReferrers::entries).orElse(List.of()));
  }

  /** All pages of the registry's list; empty if it has no referrers API. */
  private Optional<List<Descriptor>> listed(Digest subject, Scope scope) {
    if (repository.host().profile().referrers() == RegistryProfile.Referrers.TAG) {
      return Optional.empty();
    }
    String what =
        "listing the referrers of %s in %s".formatted(subject, repository.location().name());
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    Set<URI> seen = new HashSet<>();
    Optional<URI> next =
        Optional.of(repository.host().uri("/v2/" + repository.name() + "/referrers/" + subject));
    while (next.isPresent()) {
      URI uri = next.get();
      if (!seen.add(uri) || seen.size() > MAX_PAGES) {
        throw new ModelcarException(OciError.REGISTRY_PROTOCOL, what + ": the list does not end");
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
    HttpRequest get = HttpRequest.get(uri).with(repository.host().settings().timeouts());
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
          Pages.next(repository.host(), uri, link.get(), "/referrers/")
              .orElseThrow(() ->
                  new ModelcarException(
                      OciError.REGISTRY_PROTOCOL,
                      what + ": the link to the next page leads elsewhere"));
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
        "%s: %s did not return a list".formatted(what, repository.host().name()));
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

  /** Makes a referrer discoverable in a registry that did not send {@code OCI-Subject}. */
  void add(Referrer referrer) {
    Scope scope = Scope.push(repository.name());
    if (listed(referrer.subject(), scope).isPresent()) {
      // Quay lists referrers but does not send OCI-Subject.
      return;
    }
    repository.host().referrersLock().lock();
    try {
      addToIndex(referrer, scope);
    } finally {
      repository.host().referrersLock().unlock();
    }
  }

  /** Other processes may write the same index: it is read again after each write. */
  private void addToIndex(Referrer referrer, Scope scope) {
    String tag = Referrer.tag(referrer.subject());
    String what = "adding to the referrers list %s:%s".formatted(repository.location().name(), tag);
    Retries retries = repository.retries();
    for (boolean written = false; ; written = true) {
      Optional<RawManifest> present = indexAt(referrer.subject(), scope);
      if (present.isPresent() && !present.get().isIndex()) {
        throw new ModelcarException(
            OciError.REGISTRY_REFUSED,
            what + ": the tag exists and is not a referrers list",
            "Delete or rename that tag; registries without a referrers API use it to find signatures and SBOMs.",
            null);
      }
      if (present.stream().anyMatch(index -> names(index, referrer))) {
        return;
      }
      if (written) {
        String lost =
            "%s: %s returned another list than was written"
                .formatted(what, repository.host().name());
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
            e.getMessage() + ": the list names manifests that no longer exist",
            "Delete that tag, then copy again; what still exists is listed again.",
            e);
      }
    }
  }

  private static boolean names(RawManifest index, Referrer referrer) {
    return entries(index).stream()
        .anyMatch(entry -> entry.digest().equals(referrer.descriptor().digest()));
  }
}
