package dev.modelcar.oci.tar;

import java.nio.charset.StandardCharsets;

/**
 * One entry of a layer. Owner, group and times are always zero: a layer depends on nothing but
 * paths, modes and content.
 *
 * @param kind what it is
 * @param path relative, with {@code /} between its parts, no part {@code .} or {@code ..}
 * @param mode permission bits, such as 0644
 * @param size of a file's content in bytes; zero for the others
 * @param linkTarget where a link points to; empty for the others
 */
public record TarEntry(Kind kind, String path, int mode, long size, String linkTarget) {

  /** What an entry is. */
  public enum Kind {
    FILE,
    DIRECTORY,
    SYMBOLIC_LINK
  }

  public TarEntry {
    if (!isSafe(path)) {
      throw new IllegalArgumentException("a path that must not be in a layer: " + path);
    }
    if (size < 0 || (kind != Kind.FILE && size != 0)) {
      throw new IllegalArgumentException("a size that an entry cannot have: " + size);
    }
  }

  public static TarEntry file(String path, int mode, long size) {
    return new TarEntry(Kind.FILE, path, mode, size, "");
  }

  public static TarEntry directory(String path, int mode) {
    return new TarEntry(Kind.DIRECTORY, path, mode, 0, "");
  }

  public static TarEntry symbolicLink(String path, String target) {
    return new TarEntry(Kind.SYMBOLIC_LINK, path, 0777, 0, target);
  }

  /**
   * Whether every consumer puts a file of this path where it belongs: relative, no empty part, no
   * {@code .} or {@code ..}, no control characters, no whiteout ({@code .wh.}).
   */
  public static boolean isSafe(String path) {
    if (path.isEmpty() || path.length() > 4096) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.startsWith(".wh.")) {
        return false;
      }
    }
    return path.chars().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(path);
  }
}
