package dev.modelcar.oci.layout;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import java.util.List;
import java.util.Optional;

/** Finds images by the index of a layout, in a folder or in an archive. */
abstract class LayoutReader implements ImageReader {

  abstract IndexFile index();

  /** A manifest's bytes, which have its digest. */
  abstract byte[] document(Digest digest);

  private RawManifest read(Descriptor manifest) {
    return new RawManifest(manifest.mediaType(), document(manifest.digest()));
  }

  @Override
  public Optional<RawManifest> manifest(String tag) {
    return index().named(tag).map(this::read);
  }

  @Override
  public Optional<RawManifest> onlyManifest() {
    IndexFile index = index();
    return index
        .only(location().toString(), new LayoutReferrers(index, this::manifest)::refers)
        .map(this::read);
  }

  @Override
  public Optional<RawManifest> manifest(Digest digest) {
    if (blobSize(digest).isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = document(digest);
    return Optional.of(new RawManifest(Documents.mediaTypeOf(bytes), bytes));
  }

  @Override
  public List<String> tags() {
    return index().names();
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return new LayoutReferrers(index(), this::manifest).to(subject);
  }
}
