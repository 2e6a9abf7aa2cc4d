package dev.modelcar.findings;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a rule shows.
 *
 * @param where it is read
 * @param pattern found in a line of a log, or in {@code Reason: message} of an event or a status
 * @param server of which the log must speak as well, where others respond in the same words
 */
public record Sign(Where where, Pattern pattern, Optional<Server> server) {

  /** Whose response a line of a log is. */
  public enum Server {
    /** A registry of images. */
    REGISTRY,
    /** The Hugging Face Hub. */
    HUB,
    /** A Model Registry. */
    CATALOG
  }

  /** Where signs are read. */
  public enum Where {
    /** A line that a container printed. */
    LOG,
    /** An event of the cluster. */
    EVENT,
    /** A condition, or the state of a container or a pod. */
    STATUS,
    /** The response of a registry, the Hub or another server. */
    RESPONSE,
    /** What the API server says of an object that it is sent. */
    ADMISSION,
    /** A field of an object, in the form {@code path: value}. */
    OBJECT;

    /** As the catalogue and the pages write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
