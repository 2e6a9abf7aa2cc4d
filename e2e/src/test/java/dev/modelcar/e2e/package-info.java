/** What we make, in the hands of programs that nobody here wrote. */
@NullMarked
package dev.modelcar.e2e;

import org.jspecify.annotations.NullMarked;
