package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads images from one location: a repository of a registry, a layout, an archive. */
public interface ImageReader extends AutoCloseable {

  /** The location, without tag. */
  ImageReference location();

  /** The manifest or index under a tag, if it exists. */
  Optional<RawManifest> manifest(String tag);

  /** The manifest or index with this digest, if it exists; its bytes are verified. */
  Optional<RawManifest> manifest(Digest digest);

  /** The only image, for locations with one image without a name. */
  Optional<RawManifest> onlyManifest();

  /** The size of a blob, if it is present. */
  OptionalLong blobSize(Digest blob);

  /** Reads a blob from an offset on; its digest is for the caller to check. */
  BlobReader openBlob(Descriptor blob, long offset) throws IOException;

  /** All tags, sorted. */
  List<String> tags();

  /** The referrers of a manifest, such as signatures and SBOMs: all of them, or a failure. */
  List<Descriptor> referrers(Digest subject);

  @Override
  void close();
}
