package dev.modelcar.packaging.selection;

import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Which files of a snapshot are packed.
 *
 * @param snapshot where they come from
 * @param files in the order of their paths
 * @param dropped every other file of the snapshot, with the reason
 * @param notes what else a person should know
 */
public record Selection(
    Snapshot snapshot, List<ModelFile> files, List<Dropped> dropped, List<String> notes) {

  /** Why a file was left out. */
  public enum Reason {
    /** The same weights are packed in another file. */
    DUPLICATE,
    /** It would run code when it is loaded, and the weights are there in a safe form. */
    UNSAFE,
    /** It is known not to be needed for serving. */
    UNNEEDED,
    /** The user left it out. */
    EXCLUDED,
    /** The user named what to take, and this is something else. */
    NOT_INCLUDED
  }

  /**
   * A file that was left out.
   *
   * @param file the file
   * @param reason in a word
   * @param evidence in a sentence
   */
  public record Dropped(ModelFile file, Reason reason, String evidence) {

    /** Whether the same weights are packed in another file. */
    public boolean isTwin() {
      return reason == Reason.DUPLICATE || reason == Reason.UNSAFE;
    }
  }

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
    return dropped.stream().filter(Dropped::isTwin).mapToLong(d -> d.file().size()).sum();
  }

  /** The same with more files that were left out. */
  Selection withLeftOut(List<Dropped> more) {
    List<Dropped> all = new ArrayList<>(dropped);
    all.addAll(more);
    return new Selection(snapshot, files, all, notes);
  }
}
