/**
 * How much GPU memory a model needs, and where it fits: {@link dev.modelcar.sizing.Sizer} is the
 * entry.
 */
@NullMarked
package dev.modelcar.sizing;

import org.jspecify.annotations.NullMarked;
