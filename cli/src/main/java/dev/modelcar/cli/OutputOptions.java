package dev.modelcar.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command says, and how. */
final class OutputOptions {
  /** Forms of output. */
  enum Form {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "form of the result on standard output (default: ${DEFAULT-VALUE})")
  Form form = Form.text;

  @Option(
      names = {"-q", "--quiet"},
      description = "no progress, no notes")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "say more")
  boolean verbose;

  @Option(
      names = "--results-dir",
      paramLabel = "DIR",
      description = "write each result to a file of its own, for pipelines")
  @Nullable Path resultsDir;

  boolean isJson() {
    return form == Form.json;
  }
}
