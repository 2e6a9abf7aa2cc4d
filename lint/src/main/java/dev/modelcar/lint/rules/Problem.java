package dev.modelcar.lint.rules;

import dev.modelcar.lint.tree.Place;
import java.util.List;
import java.util.Optional;

/**
 * Something found in a document.
 *
 * @param path such as {@code spec.steps[0].resources}; empty for the document
 * @param fix what to do; empty where the rule's own text is all there is to say
 * @param edit how to do it in the text
 */
public record Problem(
    Rule rule, Place place, String path, String message, String fix, Optional<Edit> edit) {

  /** A mechanical fix. */
  public sealed interface Edit {}

  /** Another text for a key. */
  public record Rename(String name) implements Edit {}

  /** Quotes around a scalar. */
  public record Quote() implements Edit {}

  /**
   * The field goes to another place of the document, below the object that all its parents are in.
   *
   * @param from path of the object that holds the field
   * @param to the new path, from that object
   */
  public record Move(String from, String field, List<String> to) implements Edit {}
}
