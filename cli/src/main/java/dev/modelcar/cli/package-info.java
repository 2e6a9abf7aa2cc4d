/**
 * The command line. A command parses its arguments, calls the library, and prints: results on
 * standard output, everything else on standard error. {@link dev.modelcar.cli.Cli} is the whole of
 * it for a given environment; {@link dev.modelcar.cli.Main} gives it the real one.
 */
@NullMarked
package dev.modelcar.cli;

import org.jspecify.annotations.NullMarked;
