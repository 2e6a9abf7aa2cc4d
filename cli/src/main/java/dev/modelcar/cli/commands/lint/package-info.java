/** {@code modelcar lint}. */
@NullMarked
package dev.modelcar.cli.commands.lint;

import org.jspecify.annotations.NullMarked;
