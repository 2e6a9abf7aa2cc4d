package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A manifest that refers to another one, as a signature or an SBOM does.
 *
 * @param subject what it refers to, which may be missing
 * @param descriptor as lists of referrers show it: with the type and the annotations of the
 *     artifact
 */
public record Referrer(Digest subject, Descriptor descriptor) {
  private static final int MAX_TAG_HEX = 64;
  private static final Pattern TAG = Pattern.compile("sha(256|512)-[0-9a-f]{64}");

  /** Reads a manifest; empty if it is not a referrer. */
  public static Optional<Referrer> of(RawManifest manifest) {
    return Documents.referrer(manifest);
  }

  /**
   * The tag under which places that do not list referrers keep an index of them (OCI distribution
   * specification 1.1, referrers tag schema).
   */
  public static String tag(Digest subject) {
    String hex = subject.hex();
    return subject.algorithm().id() + "-" + hex.substring(0, Math.min(hex.length(), MAX_TAG_HEX));
  }

  /** Whether a tag is one that {@link #tag} makes. */
  public static boolean isTag(String tag) {
    return TAG.matcher(tag).matches();
  }
}
