package dev.modelcar.cli.views;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The environment that a command runs in.
 *
 * @param variables of the environment
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: progress and messages
 * @param terminal standard error, if it is a terminal
 * @param outIsTerminal whether standard output is a terminal
 */
public record Environment(
    Map<String, String> variables,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Optional<Terminal> terminal,
    boolean outIsTerminal) {

  /** With a standard output that is no terminal. */
  public Environment(
      Map<String, String> variables,
      InputStream in,
      PrintStream out,
      PrintStream err,
      Optional<Terminal> terminal) {
    this(variables, in, out, err, terminal, false);
  }

  /** The same with other variables. */
  public Environment with(Map<String, String> others) {
    return new Environment(others, in, out, err, terminal, outIsTerminal);
  }

  /** The same with another standard output. */
  public Environment writingTo(OutputStream other) {
    PrintStream stream = new PrintStream(other, true, StandardCharsets.UTF_8);
    return new Environment(variables, in, stream, err, terminal);
  }

  /** The same with standard error in place of standard output. */
  public Environment logging() {
    return new Environment(variables, in, err, err, terminal);
  }

  /** A variable; empty if it is not set. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }
}
