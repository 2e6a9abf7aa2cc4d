package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.source.ContentDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash of one file's content while it passes: what the source promised is checked, and where it
 * promised something else, or nothing, the SHA-256 is found out.
 */
public final class FileHash {
  private final Optional<ContentDigest> expected;
  private final Optional<Sha256> sha256;
  private final Optional<MessageDigest> gitBlob;

  /**
   * @param wantSha256 whether the SHA-256 is wanted even where the source promised another digest
   */
  public FileHash(Optional<ContentDigest> expected, long size, boolean wantSha256) {
    this.expected = expected;
    boolean git = expected.isPresent() && expected.get() instanceof ContentDigest.GitBlob;
    this.sha256 = git && !wantSha256 ? Optional.empty() : Optional.of(Sha256.create(size));
    this.gitBlob = git ? Optional.of(startGitBlob(size)) : Optional.empty();
  }

  private FileHash(Optional<ContentDigest> expected, Sha256 sha256) {
    this.expected = expected;
    this.sha256 = Optional.of(sha256);
    this.gitBlob = Optional.empty();
  }

  /** The hash of a file whose first bytes were hashed by an earlier run. */
  static Optional<FileHash> restore(Optional<ContentDigest> expected, byte[] saved, long passed) {
    return expected.isPresent() && expected.get() instanceof ContentDigest.GitBlob
        ? Optional.empty()
        : Sha256.restore(saved)
            .filter(sha -> sha.count() == passed)
            .map(sha -> new FileHash(expected, sha));
  }

  /** The state for a later run; nothing where it cannot be saved. */
  Optional<byte[]> save() {
    return gitBlob.isPresent() ? Optional.empty() : sha256.flatMap(Sha256::save);
  }

  private static MessageDigest startGitBlob(long size) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + size + "\0").getBytes(StandardCharsets.UTF_8));
      return sha1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  public void update(byte[] bytes, int offset, int length) {
    sha256.ifPresent(hash -> hash.update(bytes, offset, length));
    gitBlob.ifPresent(hash -> hash.update(bytes, offset, length));
  }

  /** Takes bytes into this hash and into that of the layer around the file. */
  void updateWith(Sha256 layer, byte[] bytes, int offset, int length) {
    if (sha256.isPresent()) {
      Sha256.updateBoth(layer, sha256.get(), bytes, offset, length);
    } else {
      layer.update(bytes, offset, length);
    }
    gitBlob.ifPresent(hash -> hash.update(bytes, offset, length));
  }

  /** Whether the content is what the source promised; true where it promised nothing. */
  public boolean isRight() {
    return switch (expected.orElse(null)) {
      case null -> true;
      case ContentDigest.Sha256 promised -> sha256.orElseThrow().digest().equals(promised.digest());
      case ContentDigest.GitBlob promised ->
          HexFormat.of().formatHex(gitBlob.orElseThrow().digest()).equals(promised.sha1());
    };
  }

  /** The SHA-256, where it was wanted or is what the source promised. */
  public Optional<Digest> sha256() {
    return sha256.map(Sha256::digest);
  }
}
