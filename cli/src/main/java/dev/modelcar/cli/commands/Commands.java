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
import dev.modelcar.cli.commands.lint.LintCommand;
import dev.modelcar.cli.commands.registration.RegisterCommand;
import dev.modelcar.cli.commands.registration.RegistryGroup;
import dev.modelcar.cli.commands.registration.TransferCommand;
import dev.modelcar.cli.commands.repositories.DiffCommand;
import dev.modelcar.cli.commands.repositories.LoginCommand;
import dev.modelcar.cli.commands.repositories.LogoutCommand;
import dev.modelcar.cli.commands.repositories.RmCommand;
import dev.modelcar.cli.commands.repositories.TagCommand;
import dev.modelcar.cli.commands.repositories.TagsCommand;
import dev.modelcar.cli.commands.shell.CompletionCommand;
import dev.modelcar.cli.commands.shell.ManCommand;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/**
 * The commands by name. A command line is set up with the one that is called: to read the
 * annotations of all of them costs a tenth of a start.
 */
public final class Commands {
  /** In the order of the help. */
  private static final List<String> NAMES =
      List.of(
          "ship",
          "plan",
          "seal",
          "build",
          "fetch",
          "copy",
          "mirror",
          "inspect",
          "size",
          "lint",
          "verify",
          "diff",
          "tags",
          "tag",
          "rm",
          "deploy",
          "smoke",
          "status",
          "rollback",
          "undeploy",
          "register",
          "registry",
          "transfer",
          "render",
          "run",
          "bundle",
          "report",
          "login",
          "logout",
          "demo",
          "pack",
          "preflight",
          "diagnose",
          "explain",
          "completion",
          "man",
          "version",
          "help");

  /** They show the others. */
  private static final Set<String> NEEDS_ALL = Set.of("help", "completion", "man");

  private Commands() {}

  /** Adds the command that the arguments begin with, or all if they begin with none. */
  public static void addTo(CommandLine program, List<String> arguments) {
    String first = arguments.isEmpty() ? "" : arguments.getFirst();
    boolean one = NAMES.contains(first) && !NEEDS_ALL.contains(first);
    for (String name : one ? List.of(first) : NAMES) {
      program.addSubcommand(name, type(name));
    }
  }

  private static Class<?> type(String name) {
    return switch (name) {
      case "ship" -> ShipCommand.class;
      case "plan" -> PlanCommand.class;
      case "seal" -> SealCommand.class;
      case "build" -> BuildCommand.class;
      case "fetch" -> FetchCommand.class;
      case "copy" -> CopyCommand.class;
      case "mirror" -> MirrorCommand.class;
      case "inspect" -> InspectCommand.class;
      case "size" -> SizeCommand.class;
      case "lint" -> LintCommand.class;
      case "verify" -> VerifyCommand.class;
      case "diff" -> DiffCommand.class;
      case "tags" -> TagsCommand.class;
      case "tag" -> TagCommand.class;
      case "rm" -> RmCommand.class;
      case "deploy" -> DeployCommand.class;
      case "smoke" -> SmokeCommand.class;
      case "status" -> StatusCommand.class;
      case "rollback" -> RollbackCommand.class;
      case "undeploy" -> UndeployCommand.class;
      case "register" -> RegisterCommand.class;
      case "registry" -> RegistryGroup.class;
      case "transfer" -> TransferCommand.class;
      case "render" -> RenderCommand.class;
      case "run" -> RunCommand.class;
      case "bundle" -> BundleCommand.class;
      case "report" -> ReportCommand.class;
      case "login" -> LoginCommand.class;
      case "logout" -> LogoutCommand.class;
      case "demo" -> DemoCommand.class;
      case "pack" -> PackCommand.class;
      case "preflight" -> PreflightCommand.class;
      case "diagnose" -> DiagnoseCommand.class;
      case "explain" -> ExplainCommand.class;
      case "completion" -> CompletionCommand.class;
      case "man" -> ManCommand.class;
      case "version" -> VersionCommand.class;
      case "help" -> CommandLine.HelpCommand.class;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
