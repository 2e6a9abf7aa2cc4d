package dev.modelcar.packaging.selection;

import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which files of a snapshot are packed.
 *
 * @param snapshot where they come from
 * @param files in the order of their paths
 * @param dropped every other file of the snapshot, with the reason
 * @param links files whose content another file has: their paths, and the path of the one that is
 *     packed
 * @param notes what else a person should know
 */
public record Selection(
    Snapshot snapshot,
    List<ModelFile> files,
    List<Dropped> dropped,
    SortedMap<String, String> links,
    List<String> notes) {

  /** Below this size, a second copy costs less than a link may confuse. */
  private static final long SMALLEST_TWIN = 1 << 20;

  public Selection(
      Snapshot snapshot, List<ModelFile> files, List<Dropped> dropped, List<String> notes) {
    this(snapshot, files, dropped, new TreeMap<>(), notes);
  }

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
    links = Collections.unmodifiableSortedMap(new TreeMap<>(links));
    notes = List.copyOf(notes);
  }

  /** The total size of the files in bytes, each content once. */
  public long size() {
    return files.stream()
        .filter(file -> !links.containsKey(file.path()))
        .mapToLong(ModelFile::size)
        .sum();
  }

  /** The bytes that are not moved because they were there twice. */
  public long bytesSaved() {
    return dropped.stream().filter(Dropped::isTwin).mapToLong(d -> d.file().size()).sum();
  }

  /** The same with more files that were left out. */
  Selection withLeftOut(List<Dropped> more) {
    List<Dropped> all = new ArrayList<>(dropped);
    all.addAll(more);
    return new Selection(snapshot, files, all, links, notes);
  }

  /**
   * The same with one file of each content, and links in the place of its twins. The one that lies
   * in the fewest folders is packed: servers look there first.
   */
  Selection withTwinsLinked() {
    Map<Object, ModelFile> packed = new HashMap<>();
    SortedMap<String, String> twins = new TreeMap<>();
    List<String> said = new ArrayList<>(notes);
    files.stream()
        .filter(file -> file.size() >= SMALLEST_TWIN)
        .sorted(
            Comparator.comparingLong(
                    (ModelFile file) -> file.path().chars().filter(c -> c == '/').count())
                .thenComparing(ModelFile::path))
        .forEach(file -> {
          Optional<?> content =
              file.content().isPresent()
                  ? file.content()
                  : file.identity().map(id -> id.key().isEmpty() ? id : id.key());
          ModelFile first =
              content.isEmpty() ? file : packed.computeIfAbsent(content.get(), _ -> file);
          if (!first.path().equals(file.path())) {
            twins.put(file.path(), first.path());
            said.add(
                "%s has the same content as %s: packed once, as a link (--keep-duplicates packs both)"
                    .formatted(file.path(), first.path()));
          }
        });
    return new Selection(snapshot, files, dropped, twins, said);
  }
}
