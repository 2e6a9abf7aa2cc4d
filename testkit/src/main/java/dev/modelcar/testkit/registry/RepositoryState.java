package dev.modelcar.testkit.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What one repository holds: which blobs it may show, its manifests and its tags. */
final class RepositoryState {
  private final Set<String> blobs = ConcurrentHashMap.newKeySet();
  private final Map<String, StoredManifest> manifests = new ConcurrentHashMap<>();
  private final SortedMap<String, String> tags = new ConcurrentSkipListMap<>();

  void link(String blob) {
    blobs.add(blob);
  }

  void unlink(String blob) {
    blobs.remove(blob);
  }

  boolean isLinked(String blob) {
    return blobs.contains(blob);
  }

  /** Stores a manifest under its digest, and under a tag if the reference is one. */
  void put(String reference, StoredManifest manifest) {
    manifests.put(manifest.digest(), manifest);
    if (!isDigest(reference)) {
      tags.put(reference, manifest.digest());
    }
  }

  Optional<StoredManifest> manifest(String reference) {
    String digest = isDigest(reference) ? reference : tags.getOrDefault(reference, "");
    return Optional.ofNullable(manifests.get(digest));
  }

  /** Removes a tag, or a manifest with all its tags; false if there is none. */
  boolean remove(String reference) {
    if (!isDigest(reference)) {
      return tags.remove(reference) != null;
    }
    tags.values().removeIf(reference::equals);
    return manifests.remove(reference) != null;
  }

  List<String> tags() {
    return List.copyOf(tags.keySet());
  }

  List<StoredManifest> manifests() {
    return List.copyOf(manifests.values());
  }

  static boolean isDigest(String reference) {
    return reference.contains(":");
  }
}
