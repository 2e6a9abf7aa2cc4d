/**
 * The command line. A command parses its arguments, calls the library, and prints results to
 * standard output and everything else to standard error. {@link dev.modelcar.cli.Cli} runs it in a
 * given environment; {@link dev.modelcar.cli.Main} in the real one.
 */
@NullMarked
package dev.modelcar.cli;

import org.jspecify.annotations.NullMarked;
