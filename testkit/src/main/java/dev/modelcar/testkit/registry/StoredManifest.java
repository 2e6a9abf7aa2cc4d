package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;

/** A manifest or an index, with the very bytes that were pushed. */
public record StoredManifest(String mediaType, Content content) {
  /** The digest by SHA-256, with its prefix. */
  public String digest() {
    return "sha256:" + content.sha256();
  }
}
