package dev.modelcar.testkit.modelregistry;

import java.util.Set;

/**
 * How one version of the server behaves.
 *
 * @param merging whether it is 0.3 or newer: checks parents and page tokens, and shows lists in the
 *     response of a PATCH
 * @param unknownFields that it refuses, for they came later
 * @param ignoringCase whether it compares names without case, as MySQL does
 */
public record ModelRegistryHabits(
    boolean merging, Set<String> unknownFields, boolean ignoringCase) {

  /** As 0.2.10, which knew none of the fields for catalogues. */
  public static ModelRegistryHabits old() {
    return new ModelRegistryHabits(
        false,
        Set.of(
            "readme",
            "license",
            "licenseLink",
            "language",
            "tasks",
            "provider",
            "libraryName",
            "maturity",
            "logo",
            "modelSourceKind",
            "modelSourceClass",
            "modelSourceGroup",
            "modelSourceId",
            "modelSourceName"),
        true);
  }

  /** As 0.2.22 on MariaDB. */
  public static ModelRegistryHabits usual() {
    return new ModelRegistryHabits(false, Set.of(), true);
  }

  /** As 0.3.8 on PostgreSQL. */
  public static ModelRegistryHabits recent() {
    return new ModelRegistryHabits(true, Set.of(), false);
  }
}
