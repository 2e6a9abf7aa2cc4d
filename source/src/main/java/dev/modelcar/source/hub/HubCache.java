package dev.modelcar.source.hub;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ListedSnapshot;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SnapshotInfo;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds models in the cache of the Hub's own client, offline. The metadata is that of the Hub,
 * except for the date of the commit, which the cache does not have.
 */
record HubCache(Path cache) {
  Snapshot resolve(SourceReference.Hub reference, String revision) {
    Path repository = cache.resolve("models--" + reference.repository().replace("/", "--"));
    String commit = commit(repository, revision).orElse(revision);
    Path folder = repository.resolve("snapshots").resolve(commit);
    if (!commit.matches("[0-9a-f]{40}") || !Files.isDirectory(folder)) {
      throw new ModelcarException(
          SourceError.HUB_OFFLINE, reference + " is not in the cache at " + cache);
    }
    Snapshot found = new FolderSource().resolve(new SourceReference.Folder(folder));
    SnapshotInfo copy = found.info();
    SnapshotInfo info =
        new SnapshotInfo(
            Optional.of(reference.repository()),
            Optional.of("https://huggingface.co/" + reference.repository()),
            Optional.of(commit),
            copy.created(),
            HubSource.owner(reference.repository()),
            copy.licenses(),
            copy.languages(),
            copy.tags());
    return new ListedSnapshot(reference, info, found.files(), found.unusable());
  }

  private static Optional<String> commit(Path repository, String revision) {
    Path ref = repository.resolve("refs").resolve(revision).normalize();
    try {
      return ref.startsWith(repository)
          ? Optional.of(Files.readString(ref).strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
