package dev.modelcar.cli;

import picocli.CommandLine;

/** {@code modelcar} itself, which only knows its commands. */
@CommandLine.Command(
    name = "modelcar",
    description = "Ships models into OCI registries as images that KServe serves, in one pass.",
    subcommands = {
      ShipCommand.class,
      PlanCommand.class,
      SealCommand.class,
      BuildCommand.class,
      FetchCommand.class,
      CopyCommand.class,
      MirrorCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      RenderCommand.class,
      RunCommand.class,
      BundleCommand.class,
      ReportCommand.class,
      LoginCommand.class,
      LogoutCommand.class,
      DemoCommand.class,
      PackCommand.class,
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
      "`modelcar help COMMAND` says more of a command."
    })
final class ModelcarCommand implements Runnable {
  final Environment environment;

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

  ModelcarCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void run() {
    if (version) {
      environment.out().println(Version.line());
      return;
    }
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
