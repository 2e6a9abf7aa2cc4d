/** One class per command: its arguments, and one call of the library. */
@NullMarked
package dev.modelcar.cli.commands;

import org.jspecify.annotations.NullMarked;
