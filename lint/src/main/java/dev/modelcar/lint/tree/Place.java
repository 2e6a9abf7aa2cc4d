package dev.modelcar.lint.tree;

/**
 * A place in a file.
 *
 * @param index in code points from the start, without a byte order mark
 * @param line from 1
 * @param column from 1, in code points
 */
public record Place(int index, int line, int column) {
  public static final Place START = new Place(0, 1, 1);
}
