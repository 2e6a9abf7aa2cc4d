package dev.modelcar.lint.schema;

import dev.modelcar.lint.tree.At;

/** A kind in a version of its group: {@code tekton.dev/v1} and {@code Task}. */
public record GroupKind(String apiVersion, String kind) {
  /** That of a document. */
  public static GroupKind of(At root) {
    return new GroupKind(root.get("apiVersion").text(), root.get("kind").text());
  }

  /** Empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  public String version() {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  public boolean isTekton() {
    return group().equals("tekton.dev");
  }

  @Override
  public String toString() {
    return apiVersion + " " + kind;
  }
}
