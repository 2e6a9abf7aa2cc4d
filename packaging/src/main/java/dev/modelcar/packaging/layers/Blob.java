package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import java.util.Optional;

/**
 * What is moved to targets: a layer of a model, whose digest may become known only by the pass over
 * its bytes, or a blob that is stored somewhere already.
 */
public sealed interface Blob permits ModelLayer, StoredBlob {

  BlobContent content();

  /** For messages and events. */
  default String name() {
    return content().name();
  }

  /** The size in bytes; of a layer that is compressed on the way, the size before. */
  long size();

  /** As it stands in manifests; empty until somebody knows its digest. */
  Optional<Descriptor> known();

  /**
   * By which other runs know an upload of it; it does not change when its digest becomes known.
   * Empty for what no other run can resume.
   */
  Optional<Digest> identity();

  /** Where registries may mount it from, as {@code host/repository}. */
  Optional<String> repository();

  /**
   * A pass over all bytes has ended: takes note of what they are.
   *
   * @return whether they are something else than was known before
   */
  boolean learn();
}
