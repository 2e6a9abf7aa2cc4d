package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads images from one place: a repository of a registry, a layout, an archive. */
public interface ImageReader extends AutoCloseable {

  /** The place, without tag. */
  ImageReference place();

  /** The manifest or index under a tag; nothing if there is none. */
  Optional<RawManifest> manifest(String tag);

  /** The manifest or index with this digest; nothing if there is none. Its bytes were checked. */
  Optional<RawManifest> manifest(Digest digest);

  /** The only image there, for places that hold one without a name. */
  Optional<RawManifest> onlyManifest();

  /** The size of a blob; nothing if it is not there. */
  OptionalLong blobSize(Digest blob);

  /** Reads a blob from an offset on; its digest is for the caller to check. */
  BlobReader openBlob(Descriptor blob, long offset) throws IOException;

  /** All tags, sorted. */
  List<String> tags();

  /**
   * What refers to a manifest: signatures, SBOMs and the like. All of it, or a failure: only a
   * place that has nothing of the kind says that there is nothing.
   */
  List<Descriptor> referrers(Digest subject);

  @Override
  void close();
}
