package dev.modelcar.testkit.model;

/**
 * A file of a model.
 *
 * @param path with {@code /} between its parts, as a hub lists it
 */
public record GeneratedFile(String path, Content content) {
  public long size() {
    return content.size();
  }

  public String sha256() {
    return content.sha256();
  }
}
