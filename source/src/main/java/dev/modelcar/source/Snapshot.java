package dev.modelcar.source;

import java.util.List;

/**
 * A source pinned to one revision. Closing it ends the reads that are under way.
 *
 * <p>Files are sorted by path. What is in the source but cannot be packed is among the {@link
 * #unusable} entries, so that a selection may leave it out or refuse it by name.
 */
public interface Snapshot extends AutoCloseable {

  SourceReference reference();

  SnapshotInfo info();

  List<ModelFile> files();

  List<UnusableEntry> unusable();

  @Override
  void close();
}
