package dev.modelcar.modelregistry;

import dev.modelcar.core.ModelcarException;

/**
 * What a name may be. The server keeps it with the id of its parent in 255 characters, and fails
 * with a 500 if it is longer.
 */
final class Names {
  private static final int LONGEST = 255;

  /** As long as an id can be, for a parent that does not exist yet. */
  private static final String UNKNOWN_ID = "9".repeat(10);

  private Names() {}

  /** All names at once, before anything is created: what is created cannot be deleted. */
  static void check(Registration wanted) {
    check(EntryKind.MODEL, wanted.model(), "");
    check(EntryKind.VERSION, wanted.version(), UNKNOWN_ID);
    check(EntryKind.ARTIFACT, wanted.artifact(), UNKNOWN_ID);
    checkKeys(wanted.modelContents());
    checkKeys(wanted.versionContents());
    checkKeys(wanted.artifactContents());
  }

  /**
   * @param parentId empty for a model
   */
  static void check(EntryKind kind, String name, String parentId) {
    int most = parentId.isEmpty() ? LONGEST : LONGEST - parentId.length() - 1;
    int length = name.codePointCount(0, name.length());
    if (length > most) {
      throw invalid(kind, "has %d characters, more than the %d that fit".formatted(length, most));
    }
    if (name.isBlank()) {
      throw invalid(kind, "is empty");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw invalid(kind, "contains a line break or another control character");
    }
    if (!name.equals(name.strip())) {
      throw invalid(kind, "begins or ends with a blank");
    }
  }

  static void checkKeys(Contents contents) {
    for (String key : contents.properties().keySet()) {
      if (key.isBlank() || key.codePointCount(0, key.length()) > LONGEST) {
        throw new ModelcarException(
            ModelRegistryError.MODEL_REGISTRY_NAME_INVALID,
            key.isBlank()
                ? "the name of a custom property is empty"
                : "the name of a custom property has more than %d characters".formatted(LONGEST));
      }
    }
  }

  private static ModelcarException invalid(EntryKind kind, String why) {
    return new ModelcarException(
        ModelRegistryError.MODEL_REGISTRY_NAME_INVALID,
        "the name of the %s %s".formatted(kind.word(), why));
  }
}
