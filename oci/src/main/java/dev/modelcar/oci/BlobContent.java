package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes of one blob that is to be written: in order, from any offset, as often as a target
 * needs. Its digest may be known only after all of it was read once.
 */
public interface BlobContent {

  /** The size in bytes; unknown for a layer that is compressed on the way. */
  OptionalLong size();

  /** The digest, once it is known. */
  Optional<Digest> digest();

  /**
   * Opens the bytes from an offset on. Opening behind what was already read costs reading the bytes
   * in between, for the digest's sake.
   */
  BlobReader open(long offset) throws IOException;

  /**
   * The content that this is a view of; itself, if it is none. Views of one content are one blob.
   */
  default BlobContent origin() {
    return this;
  }

  /** Words for messages, such as the path of the one file in a layer. */
  String name();

  /** A blob that is in memory. */
  static BlobContent of(String name, byte[] bytes) {
    Digest digest = Sha256.of(bytes);
    return new BlobContent() {
      @Override
      public OptionalLong size() {
        return OptionalLong.of(bytes.length);
      }

      @Override
      public Optional<Digest> digest() {
        return Optional.of(digest);
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public BlobReader open(long offset) {
        return new BlobReader() {
          private int position = Math.toIntExact(offset);

          @Override
          public long transferTo(OutputStream out, long limit) throws IOException {
            int count = (int) Math.min(limit, bytes.length - position);
            if (count <= 0) {
              return -1;
            }
            out.write(bytes, position, count);
            position += count;
            return count;
          }

          @Override
          public void close() {}
        };
      }
    };
  }
}
