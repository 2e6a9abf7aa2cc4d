package dev.modelcar.core;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads and writes the state of the JDK's own SHA-256, which runs on the processor's instructions
 * but cannot be serialised. It needs {@code java.security} and {@code sun.security.provider} opened
 * (the launcher and the jar's manifest do so); where they are not, or the JDK looks different, or a
 * trial gives a wrong digest, there is no access, and callers hash again from the start.
 */
final class Sha256State {
  private static final int BLOCK = 64;
  private static final int CHAIN = 32;

  private static final Optional<Sha256State> ACCESS = tryAccess();

  private final Field spi;
  private final Field chain;
  private final Field buffer;
  private final Field bufferOffset;
  private final Field processed;

  private Sha256State(Field spi, Class<?> implementation) throws NoSuchFieldException {
    this.spi = spi;
    this.chain = field(implementation, "state");
    this.buffer = field(implementation, "buffer");
    this.bufferOffset = field(implementation, "bufOfs");
    this.processed = field(implementation, "bytesProcessed");
  }

  static Optional<Sha256State> access() {
    return ACCESS;
  }

  private static Optional<Sha256State> tryAccess() {
    try {
      MessageDigest digest = Sha256.newDigest();
      Field spi = field(digest.getClass(), "digestSpi");
      Sha256State access = new Sha256State(spi, spi.get(digest).getClass());
      return access.works() ? Optional.of(access) : Optional.empty();
    } catch (ReflectiveOperationException
        | InaccessibleObjectException
        | ClassCastException
        | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return field;
        }
      }
    }
    throw new NoSuchFieldException(name);
  }

  /** Saves and restores once, in the middle of a block, and compares with hashing straight on. */
  private boolean works() {
    byte[] bytes = new byte[1000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    MessageDigest first = Sha256.newDigest();
    first.update(bytes, 0, 777);
    MessageDigest second = Sha256.newDigest();
    if (restore(second, save(first, 777)).isEmpty()) {
      return false;
    }
    second.update(bytes, 777, 223);
    return Arrays.equals(second.digest(), Sha256.newDigest().digest(bytes));
  }

  byte[] save(MessageDigest digest, long count) {
    try {
      Object implementation = spi.get(digest);
      int pending = bufferOffset.getInt(implementation);
      ByteBuffer out = ByteBuffer.allocate(CHAIN + Long.BYTES + pending);
      for (int word : (int[]) chain.get(implementation)) {
        out.putInt(word);
      }
      out.putLong(count);
      out.put((byte[]) buffer.get(implementation), 0, pending);
      return out.array();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the field was made accessible", e);
    }
  }

  /** Puts a saved state into a fresh digest and tells its count; nothing if it is no such state. */
  OptionalLong restore(MessageDigest fresh, byte[] state) {
    if (state.length < CHAIN + Long.BYTES) {
      return OptionalLong.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(state);
    int[] words = new int[CHAIN / Integer.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.getInt();
    }
    long count = in.getLong();
    if (count < 0 || count % BLOCK != in.remaining()) {
      return OptionalLong.empty();
    }
    try {
      Object implementation = spi.get(fresh);
      System.arraycopy(words, 0, (int[]) chain.get(implementation), 0, words.length);
      int pending = in.remaining();
      in.get((byte[]) buffer.get(implementation), 0, pending);
      bufferOffset.setInt(implementation, pending);
      processed.setLong(implementation, count);
      return OptionalLong.of(count);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the field was made accessible", e);
    }
  }
}
