package dev.modelcar.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world around it.
 *
 * @param variables of the environment
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: progress and messages
 * @param terminal behind standard error, if a person looks at it
 */
public record Environment(
    Map<String, String> variables,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Optional<Terminal> terminal) {

  String variable(String name) {
    return variables.getOrDefault(name, "");
  }
}
