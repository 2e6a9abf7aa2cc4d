package dev.modelcar.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** The bytes of a blob from some offset on. For one thread. */
public interface BlobReader extends Closeable {

  /**
   * Writes the next bytes, at least one and at most {@code limit}, in one or several writes.
   *
   * @return how many were written; -1 at the end of the blob
   * @throws IOException what {@code out} throws, as it is, or a failure of the source
   */
  long transferTo(OutputStream out, long limit) throws IOException;
}
