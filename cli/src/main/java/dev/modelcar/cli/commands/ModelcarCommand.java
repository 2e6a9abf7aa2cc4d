package dev.modelcar.cli.commands;

import dev.modelcar.cli.commands.cluster.BundleCommand;
import dev.modelcar.cli.commands.cluster.DeployCommand;
import dev.modelcar.cli.commands.cluster.RenderCommand;
import dev.modelcar.cli.commands.cluster.ReportCommand;
import dev.modelcar.cli.commands.cluster.RollbackCommand;
import dev.modelcar.cli.commands.cluster.RunCommand;
import dev.modelcar.cli.commands.cluster.SmokeCommand;
import dev.modelcar.cli.commands.cluster.StatusCommand;
import dev.modelcar.cli.commands.cluster.UndeployCommand;
import dev.modelcar.cli.commands.findings.DiagnoseCommand;
import dev.modelcar.cli.commands.findings.ExplainCommand;
import dev.modelcar.cli.commands.findings.PreflightCommand;
import dev.modelcar.cli.commands.registration.RegisterCommand;
import dev.modelcar.cli.commands.registration.RegistryGroup;
import dev.modelcar.cli.commands.registration.TransferCommand;
import dev.modelcar.cli.options.Program;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.Version;
import java.util.function.ToIntBiFunction;
import picocli.CommandLine;

/** {@code modelcar} itself, with its commands. */
@CommandLine.Command(
    name = "modelcar",
    description = "Ships models to OCI registries as images that KServe serves, in one pass.",
    subcommands = {
      ShipCommand.class,
      PlanCommand.class,
      SealCommand.class,
      BuildCommand.class,
      FetchCommand.class,
      CopyCommand.class,
      MirrorCommand.class,
      InspectCommand.class,
      SizeCommand.class,
      VerifyCommand.class,
      TagsCommand.class,
      TagCommand.class,
      RmCommand.class,
      DeployCommand.class,
      SmokeCommand.class,
      StatusCommand.class,
      RollbackCommand.class,
      UndeployCommand.class,
      RegisterCommand.class,
      RegistryGroup.class,
      TransferCommand.class,
      RenderCommand.class,
      RunCommand.class,
      BundleCommand.class,
      ReportCommand.class,
      LoginCommand.class,
      LogoutCommand.class,
      DemoCommand.class,
      PackCommand.class,
      PreflightCommand.class,
      DiagnoseCommand.class,
      ExplainCommand.class,
      CompletionCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar ship hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b",
      "  modelcar ship ./my-model --base none --to oci:./image:v1",
      "  modelcar plan hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b",
      "",
      "`modelcar help COMMAND` shows the help of a command. In a clone, `./modelcar dist` packs"
          + " the program with its Java runtime as an archive or an image."
    })
public final class ModelcarCommand implements Program, Runnable {
  private final Environment environment;
  private final ToIntBiFunction<Environment, String[]> launcher;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @CommandLine.Option(
      names = {"-V", "--version"},
      description = "print the version")
  boolean version;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /**
   * @param launcher runs a command line in another environment
   */
  public ModelcarCommand(Environment environment, ToIntBiFunction<Environment, String[]> launcher) {
    this.environment = environment;
    this.launcher = launcher;
  }

  @Override
  public Environment environment() {
    return environment;
  }

  @Override
  public int run(Environment other, String... arguments) {
    return launcher.applyAsInt(other, arguments);
  }

  @Override
  public void run() {
    if (version) {
      Console.of(environment).result(Version.line());
      return;
    }
    throw new CommandLine.ParameterException(spec.commandLine(), "missing command");
  }
}
