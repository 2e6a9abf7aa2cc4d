package dev.modelcar.source;

import dev.modelcar.core.Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/** The digest of a file's content as the source reports it. */
public sealed interface ContentDigest {

  /** The SHA-256 of the content, as Git LFS and the Hub keep it for large files. */
  record Sha256(Digest digest) implements ContentDigest {
    @Override
    public String toString() {
      return digest.toString();
    }
  }

  /** The SHA-1 of {@code "blob " + length + NUL + content}, as git keeps it for small files. */
  record GitBlob(String sha1) implements ContentDigest {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}");

    public GitBlob {
      if (!HEX.matcher(sha1).matches()) {
        throw new IllegalArgumentException("not the digits of a git object");
      }
    }

    @Override
    public String toString() {
      return "git-blob-sha1:" + sha1;
    }
  }

  /** The SHA-256, where this is one. */
  default Optional<Digest> sha256() {
    return this instanceof Sha256 sha ? Optional.of(sha.digest()) : Optional.empty();
  }
}
