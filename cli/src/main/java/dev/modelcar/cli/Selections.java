package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.time.Instant;

/** What is said of a source and of what is chosen from it. */
final class Selections {
  private Selections() {}

  static void say(Console console, Snapshot snapshot) {
    console.note(
        snapshot.reference()
            + snapshot.info().revision().map(r -> " is commit " + r).orElse("")
            + (snapshot.info().revision().isPresent() ? " with " : " has ")
            + Texts.count(snapshot.files().size(), "file"));
  }

  /** An image of a commit has another digest where nobody knows when the commit was made. */
  static void sayIfUndated(Console console, Snapshot snapshot) {
    if (snapshot.reference() instanceof SourceReference.Hub
        && snapshot.info().created().equals(Instant.EPOCH)) {
      console.note(
          "the cache does not say when this commit was made, so the image's digest is another than"
              + " that of an online run; with --created and the commit's date it is the same");
    }
  }

  static void say(Console console, Selection selection) {
    for (Selection.Dropped dropped : selection.dropped()) {
      console.warn(
          "left out %s (%s): %s"
              .formatted(
                  dropped.file().path(),
                  ByteSize.format(dropped.file().size()),
                  dropped.evidence()));
    }
    if (selection.bytesSaved() > 0) {
      console.warn(
          "weights were there twice: %s are not moved (--keep-duplicates moves them)"
              .formatted(ByteSize.format(selection.bytesSaved())));
    }
    selection.notes().forEach(console::warn);
    console.note(
        "selected %s, %s"
            .formatted(
                Texts.count(selection.files().size(), "file"), ByteSize.format(selection.size())));
  }
}
