package dev.modelcar.source;

/** One kind of source. */
@FunctionalInterface
public interface Source<R extends SourceReference> {

  /**
   * Pins a reference to a revision and lists its files; no content is read.
   *
   * @throws dev.modelcar.core.ModelcarException if it does not exist or may not be read
   */
  Snapshot resolve(R reference);
}
