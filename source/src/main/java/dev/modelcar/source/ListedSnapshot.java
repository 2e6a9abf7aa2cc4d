package dev.modelcar.source;

import java.util.List;

/** A snapshot of local files, which needs no closing. */
public record ListedSnapshot(
    SourceReference reference,
    SnapshotInfo info,
    List<ModelFile> files,
    List<UnusableEntry> unusable)
    implements Snapshot {

  public ListedSnapshot {
    files = List.copyOf(files);
    unusable = List.copyOf(unusable);
  }

  @Override
  public void close() {}
}
