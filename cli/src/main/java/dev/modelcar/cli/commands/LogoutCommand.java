package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.views.Console;
import dev.modelcar.oci.auth.Logins;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes a saved password. */
@CommandLine.Command(
    name = "logout",
    description = "Removes a registry from the auth files of podman and docker.",
    footerHeading = "%nExample:%n",
    footer = {"  modelcar logout quay.io"})
final class LogoutCommand extends Command {
  @Parameters(index = "0", paramLabel = "HOST", description = "the registry, with its port")
  String host = "";

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "auth file to use instead of podman's and docker's")
  @Nullable Path authFile;

  @Override
  public Integer call() {
    host = host.replaceFirst("^https?://", "");
    Console console = console();
    List<String> files =
        new Logins(environment().variables(), Optional.ofNullable(authFile)).logout(host);
    files.forEach(file -> console.result("removed %s from %s".formatted(host, file)));
    if (files.isEmpty()) {
      console.note("not logged in to " + host);
    }
    console.document(Map.of("host", host), Map.of("removedFrom", files));
    return 0;
  }
}
