package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What commands have in common. */
public abstract class Command implements Callable<Integer> {
  @ParentCommand @Nullable Program program;

  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  protected final Program program() {
    return Objects.requireNonNull(program);
  }

  protected final Environment environment() {
    return program().environment();
  }

  /** The formats that the command can print beside text and JSON. */
  public List<OutputOptions.Form> moreForms() {
    return List.of();
  }

  /** All formats that the command can print. */
  public final List<OutputOptions.Form> forms() {
    List<OutputOptions.Form> forms =
        new ArrayList<>(List.of(OutputOptions.Form.text, OutputOptions.Form.json));
    forms.addAll(moreForms());
    return forms;
  }

  /** Whether the result is to have this format. */
  protected final boolean prints(OutputOptions.Form form) {
    return output.form == form;
  }

  /** The format that was asked for, if it is one that the command does not print. */
  public final Optional<OutputOptions.Form> unknownForm() {
    return Optional.of(output.form).filter(form -> !forms().contains(form));
  }

  public final Console console() {
    return output.console(environment());
  }

  /** Records the run even if no page of it was asked for; to be called before anything prints. */
  protected final void keepRecord() {
    output.page.keep();
  }

  /** Is called when the command has ended. */
  public final void end(int code) {
    output.end(environment(), code);
  }
}
