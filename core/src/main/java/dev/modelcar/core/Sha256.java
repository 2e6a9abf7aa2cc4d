package dev.modelcar.core;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A running SHA-256 (FIPS 180-4) over bytes that come in order. Its state can be copied, and, where
 * the JDK lets it, saved and restored, so that a transfer can go on in another process without
 * reading again what was already hashed. Not safe for use by several threads.
 */
public final class Sha256 {
  private final MessageDigest digest;
  private long count;

  private Sha256(MessageDigest digest, long count) {
    this.digest = digest;
    this.count = count;
  }

  public static Sha256 create() {
    return new Sha256(newDigest(), 0);
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digest of an array. */
  public static Digest of(byte[] bytes) {
    return Digest.sha256(newDigest().digest(bytes));
  }

  /** The digest of all that a stream still holds. */
  public static Digest of(InputStream in) throws IOException {
    Sha256 sha = create();
    byte[] buffer = new byte[256 << 10];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sha.update(buffer, 0, n);
    }
    return sha.digest();
  }

  public void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    count += length;
  }

  /** How many bytes were hashed. */
  public long count() {
    return count;
  }

  /** The digest of the bytes so far; more may follow. */
  public Digest digest() {
    return Digest.sha256(copy(digest).digest());
  }

  /** An independent hash over the same bytes so far. */
  public Sha256 copy() {
    return new Sha256(copy(digest), count);
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  /**
   * The state as bytes: the chaining value, the count, and the bytes of the unfinished block.
   * Nothing where the JDK keeps its state to itself.
   */
  public Optional<byte[]> save() {
    return Sha256State.access().map(access -> access.save(digest, count));
  }

  /** A hash that goes on where a saved one stopped; nothing if that is not possible here. */
  public static Optional<Sha256> restore(byte[] state) {
    return Sha256State.access()
        .flatMap(access -> {
          MessageDigest fresh = newDigest();
          return access.restore(fresh, state).stream()
              .mapToObj(count -> new Sha256(fresh, count))
              .findFirst();
        });
  }
}
