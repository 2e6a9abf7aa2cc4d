package dev.modelcar.lint.tree;

import java.util.List;
import java.util.Optional;

/**
 * A file that was read.
 *
 * @param text without a byte order mark
 * @param mark whether there was one
 * @param documents those before the first fault
 * @param fault what ended the reading
 */
public record YamlFile(String text, boolean mark, List<Document> documents, Optional<Fault> fault) {
  /** What is wrong with the file as YAML. */
  public record Fault(Kind kind, String message, Place place) {
    /** Whether the text is no YAML, or YAML that no server would take. */
    public enum Kind {
      SYNTAX,
      ALIASES,
      ENCODING
    }
  }

  /**
   * A document.
   *
   * @param problems that its reading found and survived
   */
  public record Document(Value root, List<Fault> problems) {}
}
