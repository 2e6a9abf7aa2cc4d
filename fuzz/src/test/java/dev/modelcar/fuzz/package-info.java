/** What the tests of parsers need: good beginnings, a server that answers anything, a verdict. */
@NullMarked
package dev.modelcar.fuzz;

import org.jspecify.annotations.NullMarked;
