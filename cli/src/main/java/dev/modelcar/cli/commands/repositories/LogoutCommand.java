package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.views.Console;
import dev.modelcar.oci.ImageReference.Registry.Scheme;
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
public final class LogoutCommand extends Command {
  @Parameters(index = "0", paramLabel = "HOST", description = "the registry, with its port")
  String host = "";

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "auth file to use instead of podman's and docker's")
  @Nullable Path authFile;

  @Override
  public Integer call() {
    Console console = console();
    String name = Scheme.of(host).strip(host);
    List<String> files =
        new Logins(environment().variables(), Optional.ofNullable(authFile)).logout(name);
    files.forEach(file -> console.result("removed %s from %s".formatted(name, file)));
    if (files.isEmpty()) {
      console.note("not logged in to " + name);
    }
    console.document(Map.of("host", name), Map.of("removedFrom", files));
    return 0;
  }
}
