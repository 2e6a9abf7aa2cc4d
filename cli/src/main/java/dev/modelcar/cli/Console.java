package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a command speaks: results to standard output, all else to standard error. */
final class Console {
  private final Environment environment;
  private final OutputOptions options;

  Console(Environment environment, OutputOptions options) {
    this.environment = environment;
    this.options = options;
  }

  boolean isJson() {
    return options.isJson();
  }

  PrintStream err() {
    return environment.err();
  }

  /** Something that a person may want to know. */
  void note(String text) {
    if (!options.quiet) {
      environment.err().println(text);
    }
  }

  /** Something that only a curious person wants to know. */
  void detail(String text) {
    if (options.verbose && !options.quiet) {
      environment.err().println(text);
    }
  }

  /** Something that nobody should miss. */
  void warn(String text) {
    environment.err().println("warning: " + text);
  }

  /** A result for people; JSON has its own form. */
  void result(String text) {
    if (!isJson()) {
      environment.out().println(text);
    }
  }

  /** The one document of a run. */
  void document(ObjectNode json) {
    if (isJson()) {
      environment.out().println(Json.pretty(json));
    }
  }

  /** The failure of one target among several. */
  void problem(String target, ModelcarException e) {
    environment.err().println("error: " + target + ": " + e.getMessage());
    environment.err().println("  what to do: " + e.hint());
    environment.err().println("  error id: " + e.code().id());
  }

  /** One file for each result, without a line break at its end, as Tekton wants them. */
  void results(Map<String, String> results) {
    Optional<Path> folder = Optional.ofNullable(options.resultsDir);
    if (folder.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(folder.get());
      for (Map.Entry<String, String> result : results.entrySet()) {
        Files.write(
            folder.get().resolve(result.getKey()),
            result.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED,
          "the results cannot be written to " + folder.get() + ": " + e.getMessage(),
          e);
    }
  }

  /** Prints a failure and returns the exit code. */
  int failure(ModelcarException e) {
    if (isJson()) {
      ObjectNode json = Json.object();
      json.set("error", Documents.error(e));
      environment.out().println(Json.pretty(json));
    }
    PrintStream err = environment.err();
    err.println("error: " + e.getMessage());
    err.println("  what to do: " + e.hint());
    err.println("  error id: " + e.code().id());
    if (options.verbose || e.code().category() == ErrorCategory.INTERNAL) {
      e.printStackTrace(err);
    }
    return e.code().category().exitCode();
  }
}
