package dev.modelcar.core;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The digest of some content, as in the OCI image specification: {@code algorithm:hex}.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case hexadecimal digits, as many as the algorithm gives
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

  /** The algorithms that registries know. Everything here is written with SHA-256. */
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA512("sha512", "SHA-512", 128);

    private final String id;
    private final String javaName;
    private final Pattern hex;

    Algorithm(String id, String javaName, int digits) {
      this.id = id;
      this.javaName = javaName;
      this.hex = Pattern.compile("[0-9a-f]{" + digits + "}");
    }

    public String id() {
      return id;
    }

    /** The name under which {@link java.security.MessageDigest} knows it. */
    public String javaName() {
      return javaName;
    }
  }

  public Digest {
    if (!algorithm.hex.matcher(hex).matches()) {
      throw new IllegalArgumentException("not the digits of a " + algorithm.id + " digest");
    }
  }

  public static Digest sha256(String hex) {
    return new Digest(Algorithm.SHA256, hex);
  }

  public static Digest sha256(byte[] bytes32) {
    return new Digest(Algorithm.SHA256, HexFormat.of().formatHex(bytes32));
  }

  /** The digest that {@code algorithm:hex} spells, or nothing if it spells none. */
  public static Optional<Digest> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String hex = text.substring(colon + 1);
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.id.contentEquals(text.subSequence(0, colon))
          && algorithm.hex.matcher(hex).matches()) {
        return Optional.of(new Digest(algorithm, hex));
      }
    }
    return Optional.empty();
  }

  /** The first twelve digits: enough for a person, never for a machine. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm.id + ":" + hex;
  }
}
