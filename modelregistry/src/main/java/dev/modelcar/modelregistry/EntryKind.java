package dev.modelcar.modelregistry;

/** The kinds of entries that a Model Registry has, and how its API names them. */
public enum EntryKind {
  MODEL("model", "registered_model", "registered_models"),
  VERSION("version", "model_version", "versions"),
  ARTIFACT("artifact", "model_artifact", "artifacts");

  private final String word;
  private final String find;
  private final String children;

  EntryKind(String word, String find, String children) {
    this.word = word;
    this.find = find;
    this.children = children;
  }

  /** For people, as in {@code the model NAME}. */
  public String word() {
    return word;
  }

  /** The path that finds one by name. */
  String find() {
    return find;
  }

  /** The path of one with this id. */
  String path(String id) {
    return find + "s/" + id;
  }

  /** The path under which those of a parent are listed and created. */
  String listOf(String parentPath) {
    return parentPath.isEmpty() ? children : parentPath + "/" + children;
  }
}
