package dev.modelcar.core;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The request that a failure came of, as data that reports can show without reading messages.
 *
 * @param host whom it was sent to, with its port
 * @param repository what it was about, in the host's own terms
 * @param digest of the blob or manifest that it was about
 * @param status of the response, if there was one
 */
public record FailedRequest(
    String host, Optional<String> repository, Optional<Digest> digest, OptionalInt status) {

  /** A request of which no more is known. */
  public static FailedRequest to(String host) {
    return new FailedRequest(host, Optional.empty(), Optional.empty(), OptionalInt.empty());
  }

  /** A request that was answered, about a repository. */
  public static FailedRequest of(String host, String repository, int status) {
    return new FailedRequest(
        host, Optional.of(repository), Optional.empty(), OptionalInt.of(status));
  }

  public FailedRequest with(Digest newDigest) {
    return new FailedRequest(host, repository, Optional.of(newDigest), status);
  }
}
