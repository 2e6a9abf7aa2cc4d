package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Bytes on their way to become a blob, hashed as they come. */
abstract class BlobUpload {
  private MessageDigest sha256 = newDigest("SHA-256");
  private long size;

  /** A place to go back to. */
  record Mark(MessageDigest sha256, long size) {}

  static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }

  final synchronized long size() {
    return size;
  }

  final synchronized void write(byte[] source, int offset, int length) throws IOException {
    sha256.update(source, offset, length);
    append(source, offset, length);
    size += length;
  }

  final synchronized Mark mark() {
    return new Mark(copy(sha256), size);
  }

  /** Forgets everything after a mark. */
  final synchronized void goBack(Mark mark) throws IOException {
    sha256 = copy(mark.sha256());
    size = mark.size();
    truncate(mark.size());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
    }
  }

  /** The digest of what has arrived, by SHA-256, with its prefix. */
  final synchronized String digest() {
    return "sha256:" + HexFormat.of().formatHex(copy(sha256).digest());
  }

  abstract void append(byte[] source, int offset, int length) throws IOException;

  abstract void truncate(long newSize) throws IOException;

  /** What has arrived, as far as it can be read back. */
  abstract Optional<Content> content() throws IOException;

  /** Keeps what has arrived under a name, and gives what can be read back. */
  abstract Optional<Content> keep(String digest) throws IOException;

  /** Forgets what has arrived. */
  abstract void abandon();
}
