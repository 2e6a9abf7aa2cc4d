package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a file: of known size, the same at every reading, readable from any offset. */
public interface Content {
  /** The size in bytes. */
  long size();

  /**
   * Writes the bytes from one offset (inclusive) to another (exclusive).
   *
   * @throws IndexOutOfBoundsException if the offsets do not lie in order within the size
   * @throws IOException if the output fails, or the file behind the content
   */
  void writeTo(OutputStream out, long from, long to) throws IOException;

  /** The SHA-256 of all bytes, as 64 hex digits. The contents made here compute it once. */
  default String sha256() {
    return Hashes.sha256(this);
  }

  /** The SHA-1 that git gives a blob of these bytes, as 40 hex digits. */
  default String gitBlobSha1() {
    return Hashes.gitBlobSha1(this);
  }

  /** All bytes in one array; for small contents. */
  default byte[] bytes() {
    return Hashes.bytes(this);
  }

  static Content of(byte[] bytes) {
    return new BytesContent(bytes.clone());
  }

  /** The text in UTF-8. */
  static Content of(String text) {
    return new BytesContent(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A file, which must not change while it is used.
   *
   * @throws IOException if there is none
   */
  static Content ofFile(Path file) throws IOException {
    return new FileContent(file);
  }
}
