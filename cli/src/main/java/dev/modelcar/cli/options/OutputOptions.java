package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a command prints, and how. */
public final class OutputOptions {
  /** Formats of the result. */
  public enum Form {
    text,
    json,
    /** SARIF 2.1.0; of commands that look into files. */
    sarif,
    /** For an issue or a chat; of commands that have findings. */
    markdown
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "format of the result on standard output (default: ${DEFAULT-VALUE})")
  Form form = Form.text;

  @Option(
      names = {"-q", "--quiet"},
      description = "print no progress and no notes")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "print more, and every request")
  boolean verbose;

  @Option(
      names = "--results-dir",
      paramLabel = "DIR",
      description = "write each result to a file of its own, for pipelines")
  @Nullable Path resultsDir;

  @Mixin PageOptions page = new PageOptions();

  public Console console(Environment environment) {
    return new Console(
        environment,
        form == Form.json || form == Form.sarif,
        quiet,
        verbose,
        Optional.ofNullable(resultsDir),
        page.record(environment));
  }

  /** The command has ended: what it did is shown as it was asked for. */
  void end(Environment environment, int code) {
    page.end(environment, code);
  }
}
