package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Environment;

/** The program that commands belong to. */
public interface Program {
  Environment environment();

  /** Runs another command and returns its exit code. */
  int run(Environment environment, String... arguments);
}
