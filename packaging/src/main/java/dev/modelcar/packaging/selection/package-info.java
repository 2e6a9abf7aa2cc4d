/**
 * How files are chosen: patterns, the checks of names and weights, and the search for duplicates.
 */
@NullMarked
package dev.modelcar.packaging.selection;

import org.jspecify.annotations.NullMarked;
