package dev.modelcar.cli;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.auth.Logins;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps a password, where podman and docker keep theirs. */
@CommandLine.Command(
    name = "login",
    description = "Checks a password with a registry and keeps it in the ecosystem's auth file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar login quay.io --username team+robot --password-stdin < token",
      "  pass show quay | modelcar login quay.io -u team+robot --password-stdin",
      "",
      "The file is the one that has the registry already, or the first that there is of podman's",
      "and docker's; --auth-file names another. A credential helper is used if one is set up."
    })
final class LoginCommand extends Command {
  private static final int LONGEST = 64 << 10;

  @Parameters(index = "0", paramLabel = "HOST", description = "the registry, with its port")
  String host = "";

  @Option(
      names = {"-u", "--username"},
      required = true,
      paramLabel = "NAME",
      description = "who logs in")
  String username = "";

  @Option(
      names = "--password-stdin",
      required = true,
      description = "read the password from standard input; it is never an argument")
  boolean passwordStdin;

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    Credentials.Password password =
        new Credentials.Password(username, password(), "standard input");
    RegistryGreeting greeting;
    try (Session session =
        new Session(environment(), console, registry, transfer, Optional.of(password))) {
      // Credentials may be kept for a part of a registry; the registry is asked as a whole.
      greeting = session.greet(host.replaceFirst("(?<=[^:/])/.*$", ""));
    }
    if (greeting.authentication().isEmpty()) {
      console.warn(host + " asks nobody who they are: the password was not checked");
    }
    String name = host.replaceFirst("^https?://", "");
    String place =
        new Logins(environment().variables(), Optional.ofNullable(registry.authFile))
            .login(name, username, password.password());
    console.result("logged in to %s as %s; kept in %s".formatted(name, username, place));
    console.document(
        Json.object().put("host", name).put("username", username).put("keptIn", place));
    return 0;
  }

  private String password() {
    try {
      byte[] bytes = environment().in().readNBytes(LONGEST);
      String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n$", "");
      if (text.isEmpty()) {
        throw TransferOptions.usage("standard input holds no password");
      }
      return text;
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID, "the password cannot be read from standard input", e);
    }
  }
}
