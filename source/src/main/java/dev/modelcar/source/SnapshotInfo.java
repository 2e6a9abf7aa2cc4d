package dev.modelcar.source;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a snapshot as a whole.
 *
 * @param title the model's name, such as {@code org/name}
 * @param url where a person can look at it
 * @param revision the commit
 * @param created when the revision was made; 1970 where nobody knows, so that the same files always
 *     give the same image
 * @param author who published it
 * @param licenses SPDX identifiers, or {@code LicenseRef-} and the Hub's own name
 * @param languages of the model, as its card names them
 * @param tags the Hub's own
 */
public record SnapshotInfo(
    Optional<String> title,
    Optional<String> url,
    Optional<String> revision,
    Instant created,
    Optional<String> author,
    List<String> licenses,
    List<String> languages,
    List<String> tags) {

  /** Nothing is known. */
  public static SnapshotInfo unknown() {
    return new SnapshotInfo(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  /** What a folder reveals: its card, and of a copy its path. */
  public static SnapshotInfo of(Optional<String> title, Optional<String> revision, ModelCard card) {
    return new SnapshotInfo(
        title.or(card::title),
        Optional.empty(),
        revision,
        Instant.EPOCH,
        Optional.empty(),
        card.licenses(),
        card.languages(),
        List.of());
  }

  /** The same without the commit, for a copy that is only a part of it. */
  public SnapshotInfo withoutRevision() {
    return new SnapshotInfo(
        title, url, Optional.empty(), created, author, licenses, languages, tags);
  }
}
