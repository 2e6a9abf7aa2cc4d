package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Images and artifacts of a few bytes, put into a repository of a registry. */
record SmallImages(FakeRegistry registry, String repository) {

  /** A blob, and what a manifest says of it. */
  Descriptor blob(String mediaType, String content) {
    Content bytes = Content.of(content);
    Digest digest = Digest.parse(registry.inject(repository, bytes)).orElseThrow();
    return Descriptor.of(mediaType, digest, bytes.size());
  }

  /** An image under a tag, with these layers. */
  RawManifest image(String tag, Descriptor... layers) {
    Descriptor config =
        blob(MediaTypes.OCI_CONFIG, "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
    return put(tag, ImageManifest.of(config, List.of(layers), new TreeMap<>()).toRaw());
  }

  /** An image with one layer. */
  RawManifest image(String tag) {
    return image(tag, blob(MediaTypes.OCI_LAYER, "layer of " + tag));
  }

  /** Something that refers to a manifest. */
  RawManifest attach(RawManifest subject, String artifactType, String note) {
    RawManifest referrer = artifact(Optional.of(subject), artifactType, note);
    return put(referrer.digest().toString(), referrer);
  }

  /** Something that has a tag, and refers to nothing. */
  RawManifest artifact(String tag, String artifactType) {
    return put(tag, artifact(Optional.empty(), artifactType, tag));
  }

  private RawManifest artifact(Optional<RawManifest> subject, String artifactType, String note) {
    return new ImageManifest(
            blob(MediaTypes.OCI_EMPTY, "{}"),
            List.of(blob("text/plain", artifactType + note)),
            new TreeMap<>(Map.of("note", note)),
            subject.map(RawManifest::descriptor),
            Optional.of(artifactType))
        .toRaw();
  }

  RawManifest put(String reference, RawManifest manifest) {
    registry.injectManifest(
        repository, reference, manifest.mediaType(), Content.of(manifest.bytes()));
    return manifest;
  }
}
