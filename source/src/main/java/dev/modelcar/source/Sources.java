package dev.modelcar.source;

/** All kinds of sources. */
public record Sources(Source<SourceReference.Hub> hub, Source<SourceReference.Folder> folder) {
  /**
   * Pins a reference to a revision and lists its files; no content is read.
   *
   * @throws dev.modelcar.core.ModelcarException if it does not exist or may not be read
   */
  public Snapshot resolve(SourceReference reference) {
    return switch (reference) {
      case SourceReference.Hub h -> hub.resolve(h);
      case SourceReference.Folder f -> folder.resolve(f);
    };
  }
}
