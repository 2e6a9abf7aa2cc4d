package dev.modelcar.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running SHA-256 (FIPS 180-4) over bytes that come in order. Its state can be copied, and, where
 * the platform lets it, saved and restored, so that a transfer can resume in another process
 * without hashing the same bytes again. Two of them can take the same bytes at the cost of one. Not
 * safe for use by several threads.
 */
public final class Sha256 {
  private static final int BLOCK = 64;

  /** Below this size the choice of implementation makes no difference. */
  private static final long WORTH_EXTENSIONS = 8L << 20;

  private final @Nullable MessageDigest jdk;
  private final @Nullable ShaExtensions extensions;
  private final int[] state;
  private final byte[] pending;
  private long count;

  private Sha256(
      @Nullable MessageDigest jdk,
      @Nullable ShaExtensions extensions,
      int[] state,
      byte[] pending,
      long count) {
    this.jdk = jdk;
    this.extensions = extensions;
    this.state = state;
    this.pending = pending;
    this.count = count;
  }

  /** A hash over few bytes. */
  public static Sha256 create() {
    return over(newDigest(), 0);
  }

  /** A hash over about so many bytes. */
  public static Sha256 create(long size) {
    return size < WORTH_EXTENSIONS
        ? create()
        : ShaExtensions.get().map(Sha256::over).orElseGet(Sha256::create);
  }

  static Sha256 over(ShaExtensions extensions) {
    return new Sha256(null, extensions, ShaExtensions.initialState(), new byte[BLOCK], 0);
  }

  private static Sha256 over(MessageDigest digest, long count) {
    return new Sha256(digest, null, new int[0], new byte[0], count);
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

  // ---- hashing ----

  public void update(byte[] bytes, int offset, int length) {
    if (jdk != null) {
      jdk.update(bytes, offset, length);
      count += length;
    } else {
      // The second state is for nobody: it costs nothing.
      take(new Sha256(null, extensions, new int[8], new byte[BLOCK], count), bytes, offset, length);
    }
  }

  /**
   * Takes the same bytes into two hashes; at the cost of one, where both stand equally in a block.
   */
  public static void updateBoth(Sha256 a, Sha256 b, byte[] bytes, int offset, int length) {
    boolean together =
        a.extensions != null && b.extensions != null && a.count % BLOCK == b.count % BLOCK;
    if (together) {
      a.take(b, bytes, offset, length);
    } else {
      a.update(bytes, offset, length);
      b.update(bytes, offset, length);
    }
  }

  private void take(Sha256 other, byte[] bytes, int offset, int length) {
    ShaExtensions both = java.util.Objects.requireNonNull(extensions);
    int at = offset;
    int left = length;
    int filled = (int) (count % BLOCK);
    count += length;
    other.count += length;
    if (filled > 0) {
      int fits = Math.min(BLOCK - filled, left);
      System.arraycopy(bytes, at, pending, filled, fits);
      System.arraycopy(bytes, at, other.pending, filled, fits);
      at += fits;
      left -= fits;
      if (filled + fits < BLOCK) {
        return;
      }
      // What was pending may differ between the two, so this block is taken one by one.
      both.compress(state, new int[8], pending, 0, 1);
      both.compress(other.state, new int[8], other.pending, 0, 1);
    }
    int blocks = left / BLOCK;
    if (blocks > 0) {
      both.compress(state, other.state, bytes, at, blocks);
    }
    int rest = left - blocks * BLOCK;
    System.arraycopy(bytes, at + blocks * BLOCK, pending, 0, rest);
    System.arraycopy(bytes, at + blocks * BLOCK, other.pending, 0, rest);
  }

  /** How many bytes were hashed. */
  public long count() {
    return count;
  }

  /** The digest of the bytes so far; more may follow. */
  public Digest digest() {
    if (jdk != null) {
      return Digest.sha256(copy(jdk).digest());
    }
    Sha256 end = copy();
    int filled = (int) (count % BLOCK);
    ByteBuffer padding = ByteBuffer.allocate((filled < 56 ? 56 : 120) - filled + Long.BYTES);
    padding.put((byte) 0x80);
    padding.putLong(padding.limit() - Long.BYTES, count * 8);
    end.update(padding.array(), 0, padding.limit());
    ByteBuffer bytes = ByteBuffer.allocate(32);
    for (int word : ShaExtensions.words(end.state)) {
      bytes.putInt(word);
    }
    return Digest.sha256(bytes.array());
  }

  /** An independent hash over the same bytes so far. */
  public Sha256 copy() {
    return jdk != null
        ? over(copy(jdk), count)
        : new Sha256(null, extensions, state.clone(), pending.clone(), count);
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  // ---- saving ----

  /**
   * The state as bytes: the chaining value, the count, and the bytes of the unfinished block.
   * Nothing where the JDK keeps its state to itself.
   */
  public Optional<byte[]> save() {
    if (jdk != null) {
      return Sha256State.access().map(access -> access.save(jdk, count));
    }
    int filled = (int) (count % BLOCK);
    ByteBuffer saved = ByteBuffer.allocate(32 + Long.BYTES + filled);
    for (int word : ShaExtensions.words(state)) {
      saved.putInt(word);
    }
    saved.putLong(count).put(pending, 0, filled);
    return Optional.of(saved.array());
  }

  /** Resumes a saved hash; empty if that is not possible on this platform. */
  public static Optional<Sha256> restore(byte[] saved) {
    Optional<ShaExtensions> extensions = ShaExtensions.get();
    if (extensions.isPresent()) {
      return restore(extensions.get(), saved);
    }
    return Sha256State.access()
        .flatMap(access -> {
          MessageDigest fresh = newDigest();
          return access.restore(fresh, saved).stream()
              .mapToObj(count -> over(fresh, count))
              .findFirst();
        });
  }

  private static Optional<Sha256> restore(ShaExtensions extensions, byte[] saved) {
    if (saved.length < 32 + Long.BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(saved);
    int[] words = new int[8];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.getInt();
    }
    long count = in.getLong();
    if (count < 0 || count % BLOCK != in.remaining()) {
      return Optional.empty();
    }
    byte[] pending = new byte[BLOCK];
    in.get(pending, 0, in.remaining());
    return Optional.of(new Sha256(null, extensions, ShaExtensions.ordered(words), pending, count));
  }
}
