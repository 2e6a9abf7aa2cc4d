package dev.modelcar.kubernetes.cluster;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;

/** What is wrong with YAML or JSON, without an excerpt: parsers quote what may be a secret. */
public final class ParseErrors {
  private ParseErrors() {}

  /** Why a document cannot be read; nothing if no parser is among the causes of a failure. */
  public static Optional<String> reason(Throwable failure) {
    Optional<String> reason = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException e) {
        reason = Optional.of(reason(e));
      }
    }
    return reason;
  }

  private static String reason(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    String what =
        String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field")
            ? "a duplicate key"
            : "a syntax error";
    return location == null
        ? what
        : "%s at line %d, column %d".formatted(what, location.getLineNr(), location.getColumnNr());
  }
}
