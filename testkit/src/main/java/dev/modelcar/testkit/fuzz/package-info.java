/** Damaged input, made from good input and a seed. */
@NullMarked
package dev.modelcar.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
