package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import java.util.List;

/**
 * What a verification found.
 *
 * @param image the digest of what was looked at
 * @param blobs how many were looked at
 * @param bytes that were read and hashed
 * @param problems all that is wrong, in sentences; empty if nothing is
 */
public record Verification(Digest image, int blobs, long bytes, List<String> problems) {
  public Verification {
    problems = List.copyOf(problems);
  }

  public boolean isGood() {
    return problems.isEmpty();
  }
}
