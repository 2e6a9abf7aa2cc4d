package dev.modelcar.core;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The request that failed, as data, so that reports need not parse messages.
 *
 * @param host with its port
 * @param repository as the host names it
 * @param digest of the blob or manifest
 * @param status of the response, if there was one
 */
public record FailedRequest(
    String host, Optional<String> repository, Optional<Digest> digest, OptionalInt status) {

  /** A request to a host, of which no more is known. */
  public static FailedRequest to(String host) {
    return new FailedRequest(host, Optional.empty(), Optional.empty(), OptionalInt.empty());
  }

  /** A request about a repository, with a response. */
  public static FailedRequest of(String host, String repository, int status) {
    return new FailedRequest(
        host, Optional.of(repository), Optional.empty(), OptionalInt.of(status));
  }

  public FailedRequest with(Digest newDigest) {
    return new FailedRequest(host, repository, Optional.of(newDigest), status);
  }
}
