package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.time.Instant;

/** Notes on a source and on what is selected from it. */
public final class SourceNotes {
  private SourceNotes() {}

  public static void print(Console console, Snapshot snapshot) {
    console.note(
        "%s%s: %s"
            .formatted(
                snapshot.reference(),
                snapshot.info().revision().map(revision -> " at commit " + revision).orElse(""),
                Texts.count(snapshot.files().size(), "file")));
  }

  /** Without the date of its commit, an image has another digest. */
  public static void printIfUndated(Console console, Snapshot snapshot) {
    if (snapshot.reference() instanceof SourceReference.Hub
        && snapshot.info().created().equals(Instant.EPOCH)) {
      console.note(
          "the cache does not hold this commit's date, so the digest differs from an online run's;"
              + " pass the date with --created to get the same digest");
    }
  }

  public static void print(Console console, Selection selection) {
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
          "skipping %s of duplicate weights (--keep-duplicates packs them)"
              .formatted(ByteSize.format(selection.bytesSaved())));
    }
    selection.notes().forEach(console::warn);
    console.note(
        "selected %s, %s"
            .formatted(
                Texts.count(selection.files().size(), "file"), ByteSize.format(selection.size())));
  }
}
