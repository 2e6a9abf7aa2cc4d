package dev.modelcar.oci.layout;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What refers to the manifests of a layout. Some tools name it in the index, as we do; others keep
 * a list of it under a tag, as in a registry.
 *
 * @param index of the layout
 * @param manifests of the layout, by digest
 */
record LayoutReferrers(IndexFile index, Function<Digest, Optional<RawManifest>> manifests) {

  List<Descriptor> to(Digest subject) {
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    for (Descriptor entry : index.manifests()) {
      referrer(entry)
          .filter(referrer -> referrer.subject().equals(subject))
          .ifPresent(referrer -> found.put(entry.digest(), referrer.descriptor()));
    }
    index.named(Referrer.tag(subject)).stream()
        .findFirst()
        .flatMap(entry -> manifests.apply(entry.digest()))
        .filter(RawManifest::isIndex)
        .ifPresent(list ->
            Documents.index(list)
                .manifests()
                .forEach(entry -> found.putIfAbsent(entry.digest(), entry)));
    return List.copyOf(found.values());
  }

  /** Whether an entry of the index refers to another manifest. */
  boolean refers(Descriptor entry) {
    return referrer(entry).isPresent();
  }

  private Optional<Referrer> referrer(Descriptor entry) {
    return manifests.apply(entry.digest()).flatMap(Referrer::of);
  }
}
