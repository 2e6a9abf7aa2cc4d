package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.oci.auth.Logins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets a password. */
@CommandLine.Command(
    name = "logout",
    description = "Removes a registry from the ecosystem's auth files.",
    footerHeading = "%nExample:%n",
    footer = {"  modelcar logout quay.io"})
final class LogoutCommand extends Command {
  @Parameters(index = "0", paramLabel = "HOST", description = "the registry, with its port")
  String host = "";

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "the auth file to use instead of podman's and docker's")
  @Nullable Path authFile;

  @Override
  public Integer call() {
    Console console = console();
    List<String> places =
        new Logins(environment().variables(), Optional.ofNullable(authFile)).logout(host);
    places.forEach(place -> console.result("removed %s from %s".formatted(host, place)));
    if (places.isEmpty()) {
      console.note("nobody was logged in to " + host);
    }
    ObjectNode json = Json.object().put("host", host);
    places.forEach(json.putArray("removedFrom")::add);
    console.document(json);
    return 0;
  }
}
