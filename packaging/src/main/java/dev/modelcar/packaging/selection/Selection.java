package dev.modelcar.packaging.selection;

import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import java.util.List;

/**
 * Which files of a snapshot are packed.
 *
 * @param snapshot where they come from
 * @param files in the order of their paths
 * @param dropped what was left out for a reason that a person should know
 * @param notes what else a person should know
 */
public record Selection(
    Snapshot snapshot, List<ModelFile> files, List<Dropped> dropped, List<String> notes) {

  /** Why a file was left out. */
  public enum Reason {
    /** The same weights are packed in another file. */
    DUPLICATE,
    /** It would run code when it is loaded, and the weights are there in a safe form. */
    UNSAFE
  }

  /**
   * A file that was left out.
   *
   * @param file the file
   * @param reason in a word
   * @param evidence in a sentence
   */
  public record Dropped(ModelFile file, Reason reason, String evidence) {}

  public Selection {
    files = List.copyOf(files);
    dropped = List.copyOf(dropped);
    notes = List.copyOf(notes);
  }

  /** The total size of the files in bytes. */
  public long size() {
    return files.stream().mapToLong(ModelFile::size).sum();
  }

  /** The bytes that are not moved because they were there twice. */
  public long bytesSaved() {
    return dropped.stream().mapToLong(d -> d.file().size()).sum();
  }
}
