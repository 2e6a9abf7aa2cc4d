package dev.modelcar.cli.documents;

import dev.modelcar.core.Digest;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import java.util.Locale;
import java.util.Optional;

/** A failure. */
public record FailureDocument(
    String id,
    String category,
    String message,
    String hint,
    int exitCode,
    boolean retryHelps,
    Optional<Request> request) {

  /** The request that failed, as far as it is known. */
  public record Request(
      String host, Optional<String> repository, Optional<Digest> digest, Optional<Integer> status) {
    private static Request of(FailedRequest request) {
      return new Request(
          request.host(),
          request.repository(),
          request.digest(),
          request.status().stream().boxed().findFirst());
    }
  }

  public static FailureDocument of(ModelcarException e) {
    return new FailureDocument(
        e.code().id(),
        e.code().category().name().toLowerCase(Locale.ROOT),
        String.valueOf(e.getMessage()),
        e.hint(),
        e.code().category().exitCode(),
        e.code().retryHelps(),
        e.request().map(Request::of));
  }
}
