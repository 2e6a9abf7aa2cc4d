package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;

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
