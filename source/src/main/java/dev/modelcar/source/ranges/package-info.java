/**
 * Reads one remote file by several ranges at once, in order, within bounded memory: the segment
 * that is read next streams straight through, later ones are fetched ahead as far as a window
 * allows, and more of them at once only where the reader would otherwise wait.
 */
@NullMarked
package dev.modelcar.source.ranges;

import org.jspecify.annotations.NullMarked;
