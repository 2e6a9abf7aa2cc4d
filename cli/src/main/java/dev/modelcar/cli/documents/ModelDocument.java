package dev.modelcar.cli.documents;

import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A model, and what of it is packed. */
public record ModelDocument(Source source, Chosen selection) {
  /** Where the model comes from. */
  public record Source(
      String reference, Optional<String> revision, Optional<String> title, int files) {

    public static Source of(Snapshot snapshot) {
      return new Source(
          snapshot.reference().toString(),
          snapshot.info().revision(),
          snapshot.info().title(),
          snapshot.files().size());
    }
  }

  /** The files that are packed, and those that are not. */
  public record Chosen(int files, long bytes, List<Dropped> dropped, List<String> notes) {}

  /** A file that is left out, and why. */
  public record Dropped(String path, long bytes, String reason, String evidence) {
    private static Dropped of(Selection.Dropped dropped) {
      return new Dropped(
          dropped.file().path(),
          dropped.file().size(),
          dropped.reason().name().toLowerCase(Locale.ROOT),
          dropped.evidence());
    }
  }

  public static ModelDocument of(Selection selection) {
    return new ModelDocument(
        Source.of(selection.snapshot()),
        new Chosen(
            selection.files().size(),
            selection.size(),
            selection.dropped().stream().map(Dropped::of).toList(),
            selection.notes()));
  }
}
