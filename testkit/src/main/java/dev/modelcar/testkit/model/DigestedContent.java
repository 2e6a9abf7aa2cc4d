package dev.modelcar.testkit.model;

import java.util.Optional;

/** A content that remembers its digests. */
abstract class DigestedContent implements Content {
  private volatile Optional<String> sha256 = Optional.empty();
  private volatile Optional<String> gitBlobSha1 = Optional.empty();

  /** What determines the bytes, if a few words can; the key of a remembered digest. */
  Optional<String> identity() {
    return Optional.empty();
  }

  /** Takes a digest that was computed earlier, for the same identity. */
  void remember(String knownSha256) {
    sha256 = Optional.of(knownSha256);
  }

  @Override
  public String sha256() {
    if (sha256.isEmpty()) {
      synchronized (this) {
        if (sha256.isEmpty()) {
          sha256 = Optional.of(Hashes.sha256(this));
        }
      }
    }
    return sha256.orElseThrow();
  }

  @Override
  public String gitBlobSha1() {
    if (gitBlobSha1.isEmpty()) {
      synchronized (this) {
        if (gitBlobSha1.isEmpty()) {
          gitBlobSha1 = Optional.of(Hashes.gitBlobSha1(this));
        }
      }
    }
    return gitBlobSha1.orElseThrow();
  }

  final void checkRange(long from, long to) {
    if (from < 0 || to < from || to > size()) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + size() + " bytes");
    }
  }
}
