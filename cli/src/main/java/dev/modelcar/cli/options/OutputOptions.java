package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command prints, and how. */
public final class OutputOptions {
  /** Formats of the result. */
  public enum Form {
    text,
    json,
    /** Of lint only: SARIF 2.1.0. */
    sarif
  }

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "format of the result on standard output (default: text)")
  void setForm(Form given) {
    if (given == Form.sarif && command != null && !command.name().equals("lint")) {
      throw new ParameterException(
          command.commandLine(), "--output sarif is for `modelcar lint` only");
    }
    form = given;
  }

  private Form form = Form.text;

  public boolean isSarif() {
    return form == Form.sarif;
  }

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
        form != Form.text,
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
