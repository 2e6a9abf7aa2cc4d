package dev.modelcar.testkit.registry;

import java.nio.file.Path;

/** Where a registry keeps its blobs; manifests are always in memory. */
public sealed interface Storage {
  /** In memory. */
  record Memory() implements Storage {}

  /** As files in a folder. */
  record Folder(Path folder) implements Storage {}

  /**
   * Every blob is hashed, but of large ones only digest and size are kept: a sink that checks.
   * Blobs below 4 MiB can be read back; of larger ones just their first byte, and that is made up.
   */
  record Discarding() implements Storage {}
}
