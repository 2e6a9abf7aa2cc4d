package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Points to content (OCI image specification, descriptor).
 *
 * @param mediaType what the content is
 * @param digest of the content
 * @param size of the content in bytes
 * @param annotations sorted, so that a document has one form
 * @param platform in an index: what the image runs on
 * @param artifactType in an index: what kind of artifact the manifest describes
 * @param urls where else the content may be had
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    SortedMap<String, String> annotations,
    Optional<Platform> platform,
    Optional<String> artifactType,
    List<String> urls) {

  public Descriptor {
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    urls = List.copyOf(urls);
  }

  public static Descriptor of(String mediaType, Digest digest, long size) {
    return of(mediaType, digest, size, Map.of());
  }

  public static Descriptor of(
      String mediaType, Digest digest, long size, Map<String, String> annotations) {
    return new Descriptor(
        mediaType,
        digest,
        size,
        new TreeMap<>(annotations),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  public Descriptor with(Platform newPlatform) {
    return new Descriptor(
        mediaType, digest, size, annotations, Optional.of(newPlatform), artifactType, urls);
  }

  /** The same content with other annotations. */
  public Descriptor withAnnotations(Map<String, String> newAnnotations) {
    return new Descriptor(
        mediaType, digest, size, new TreeMap<>(newAnnotations), platform, artifactType, urls);
  }

  /**
   * Whether it is a layer that registries need not have, because its licence or its size keeps it
   * where its {@link #urls} lead.
   */
  public boolean isForeign() {
    return !urls.isEmpty() || MediaTypes.isForeignLayer(mediaType);
  }
}
