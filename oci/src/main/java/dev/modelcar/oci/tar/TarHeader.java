package dev.modelcar.oci.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes header blocks in GNU tar's format (GNU tar manual, "Basic Tar Format"), the one that every
 * consumer of layers reads at any size: sizes of 8 GiB and more are written in base 256 in the
 * header itself, because some scanners take the size from there even when a PAX record says
 * otherwise; names of more than 100 bytes come in a preceding entry of type L.
 */
final class TarHeader {
  static final int BLOCK = 512;

  private static final int NAME = 100;
  private static final int MODE_AT = 100;
  private static final int UID_AT = 108;
  private static final int GID_AT = 116;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int MTIME_AT = 136;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;
  private static final long OCTAL_MAX = (1L << 33) - 1;
  private static final String LONG_NAME = "././@LongLink";

  private TarHeader() {}

  /** The header of an entry with all that must precede it: 512 bytes, or more for long names. */
  static byte[] of(TarEntry entry) {
    byte[] name =
        bytes(entry.kind() == TarEntry.Kind.DIRECTORY ? entry.path() + "/" : entry.path());
    byte[] link = bytes(entry.linkTarget());
    byte[] header = new byte[0];
    if (link.length > NAME) {
      header = concat(header, longEntry('K', link));
    }
    if (name.length > NAME) {
      header = concat(header, longEntry('L', name));
    }
    return concat(header, block(name, link, entry.mode(), entry.size(), type(entry.kind())));
  }

  private static char type(TarEntry.Kind kind) {
    return switch (kind) {
      case FILE -> '0';
      case DIRECTORY -> '5';
      case SYMBOLIC_LINK -> '2';
    };
  }

  private static byte[] longEntry(char type, byte[] text) {
    byte[] content = Arrays.copyOf(text, padded(text.length + 1));
    return concat(block(bytes(LONG_NAME), new byte[0], 0644, text.length + 1L, type), content);
  }

  private static byte[] block(byte[] name, byte[] link, int mode, long size, char type) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME));
    System.arraycopy(link, 0, block, LINK_AT, Math.min(link.length, NAME));
    octal(block, MODE_AT, 8, mode);
    octal(block, UID_AT, 8, 0);
    octal(block, GID_AT, 8, 0);
    size(block, size);
    octal(block, MTIME_AT, 12, 0);
    block[TYPE_AT] = (byte) type;
    System.arraycopy(bytes("ustar  \0"), 0, block, MAGIC_AT, 8);
    Arrays.fill(block, CHECKSUM_AT, CHECKSUM_AT + 8, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, CHECKSUM_AT, 7, sum);
    return block;
  }

  private static void size(byte[] block, long size) {
    if (size <= OCTAL_MAX) {
      octal(block, SIZE_AT, SIZE_LENGTH, size);
      return;
    }
    long rest = size;
    for (int i = SIZE_LENGTH - 1; i > 0; i--) {
      block[SIZE_AT + i] = (byte) rest;
      rest >>>= 8;
    }
    block[SIZE_AT] = (byte) 0x80;
  }

  /** Digits with leading zeros and a NUL at the end. */
  private static void octal(byte[] block, int at, int length, long value) {
    long rest = value;
    for (int i = at + length - 2; i >= at; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    block[at + length - 1] = 0;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** The next multiple of the block size. */
  static int padded(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** The next multiple of the block size. */
  static long padded(long length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }
}
