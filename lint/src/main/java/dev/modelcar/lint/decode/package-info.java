/** Objects as Go programs decode and write them. */
@NullMarked
package dev.modelcar.lint.decode;

import org.jspecify.annotations.NullMarked;
