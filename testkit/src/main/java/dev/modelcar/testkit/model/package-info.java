/** Models whose bytes are computed, never stored. */
@NullMarked
package dev.modelcar.testkit.model;

import org.jspecify.annotations.NullMarked;
