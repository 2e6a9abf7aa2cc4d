package dev.modelcar.modelregistry;

import java.util.Optional;

/**
 * A model, a version or an artifact as the server has it.
 *
 * @param id the server's, a number
 * @param parentId of the model of a version; empty for others, which the API does not say it of
 * @param name as it is stored; a server on MySQL compares names without case
 * @param state of a model or a version {@link #LIVE} or {@link #ARCHIVED}; of an artifact also
 *     {@link #PENDING}, {@link #ABANDONED} and others
 * @param createdMillis since 1970, as the server writes it
 * @param contents all else
 */
public record Entry(
    EntryKind kind,
    String id,
    Optional<String> parentId,
    String name,
    String state,
    Optional<String> createdMillis,
    Contents contents) {
  public static final String LIVE = "LIVE";
  public static final String ARCHIVED = "ARCHIVED";
  public static final String PENDING = "PENDING";
  public static final String ABANDONED = "ABANDONED";
  static final String UNKNOWN = "UNKNOWN";

  public boolean isArchived() {
    return state.equals(ARCHIVED);
  }

  public boolean isLive() {
    return state.equals(LIVE);
  }

  /** Where an artifact's image is. */
  public Optional<String> uri() {
    return contents.text("uri");
  }

  /** For messages, as in {@code the model NAME}. */
  @Override
  public String toString() {
    return "the " + kind.word() + " " + name;
  }

  String path() {
    return kind.path(id);
  }
}
