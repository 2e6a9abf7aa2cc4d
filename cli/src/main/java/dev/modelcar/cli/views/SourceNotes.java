package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Notes on a source and on what is selected from it. */
public final class SourceNotes {
  /** As large as weights are; such a file is never left out without its name. */
  private static final long LARGE = 1 << 20;

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

  /**
   * What is selected.
   *
   * @param each whether each file that is left out is named, or small ones by their reason
   */
  public static void print(Console console, Selection selection, boolean each) {
    printLeftOut(console, selection, each);
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

  /**
   * Every file that is left out: large ones and duplicates by name, others by their reason unless
   * each is wanted.
   */
  public static void printLeftOut(Console console, Selection selection, boolean each) {
    Map<String, List<Selection.Dropped>> groups = new TreeMap<>();
    for (Selection.Dropped dropped : selection.dropped()) {
      if (dropped.isTwin() || dropped.file().size() >= LARGE) {
        console.warn("left out " + line(dropped));
      } else if (each) {
        console.note("left out " + line(dropped));
      } else {
        console.detail("left out " + line(dropped));
        groups.computeIfAbsent(dropped.evidence(), key -> new ArrayList<>()).add(dropped);
      }
    }
    groups.forEach((reason, files) -> {
      long bytes = files.stream().mapToLong(dropped -> dropped.file().size()).sum();
      console.note(
          "left out %s (%s): %s"
              .formatted(Texts.count(files.size(), "file"), ByteSize.format(bytes), reason));
    });
  }

  private static String line(Selection.Dropped dropped) {
    return "%s (%s): %s"
        .formatted(
            dropped.file().path(), ByteSize.format(dropped.file().size()), dropped.evidence());
  }
}
