/** Changes to the text of a file that leave everything else as it is. */
@NullMarked
package dev.modelcar.lint.fix;

import org.jspecify.annotations.NullMarked;
