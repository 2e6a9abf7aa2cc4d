package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference.Registry.Scheme;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.auth.Logins;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves a password where podman and docker keep theirs. */
@CommandLine.Command(
    name = "login",
    description =
        "Checks a password with a registry and saves it in the auth file of podman or docker.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar login quay.io",
      "  modelcar login quay.io --username team+robot --password-stdin < token",
      "  pass show quay | modelcar login quay.io -u team+robot --password-stdin",
      "",
      "Writes to the auth file that already has an entry for the registry, or else to the "
          + "first one found of podman's and docker's; --auth-file names another. Uses a "
          + "credential helper if one is configured."
    })
public final class LoginCommand extends RegistryCommand {
  private static final int LONGEST = 64 << 10;

  @Parameters(index = "0", paramLabel = "HOST", description = "the registry, with its port")
  String host = "";

  @Option(
      names = {"-u", "--username"},
      paramLabel = "NAME",
      description = "the user name (default: asked for on the terminal)")
  String username = "";

  @Option(
      names = "--password-stdin",
      description = "read the password from standard input (default: asked for on the terminal)")
  boolean passwordStdin;

  @Override
  public Integer call() {
    Console console = console();
    if (username.contains(":")) {
      throw Usage.invalid("a user name cannot contain a colon");
    }
    Credentials.Password password = passwordStdin ? piped() : typed();
    RegistryGreeting greeting;
    try (Session session =
        new Session(console, registry, transfer, Optional.of(password), Optional.empty())) {
      // Credentials may be for a path of a registry; only the host responds to a login.
      greeting = session.greet(host.replaceFirst("(?<=[^:/])/.*$", ""));
    }
    if (greeting.authentication().isEmpty()) {
      console.warn(host + " requires no authentication: the password was not checked");
    }
    String name = Scheme.of(host).strip(host);
    String file =
        new Logins(environment().variables(), registry.authFile())
            .login(name, password.username(), password.password());
    console.result("logged in to %s as %s; saved in %s".formatted(name, password.username(), file));
    console.document(
        Json.object().put("host", name).put("username", password.username()).put("keptIn", file));
    return 0;
  }

  private Credentials.Password piped() {
    if (username.isEmpty()) {
      throw Usage.invalid("--password-stdin needs --username NAME");
    }
    return new Credentials.Password(username, password(), "standard input");
  }

  /** Asks whoever sits there; the password is not shown. */
  private Credentials.Password typed() {
    java.io.Console terminal =
        Optional.ofNullable(System.console())
            .filter(java.io.Console::isTerminal)
            .orElseThrow(() ->
                Usage.invalid(
                    "there is no terminal to ask for the password: use --username NAME"
                        + " --password-stdin"));
    String name = username.isEmpty() ? terminal.readLine("Username for %s: ", host) : username;
    char[] password = name == null ? null : terminal.readPassword("Password for %s: ", host);
    if (name == null || name.isBlank() || password == null || password.length == 0) {
      throw Usage.invalid("no user name or no password was entered");
    }
    return new Credentials.Password(name.strip(), new String(password), "the terminal");
  }

  private String password() {
    try {
      byte[] bytes = environment().in().readNBytes(LONGEST);
      String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n$", "");
      if (text.isEmpty()) {
        throw Usage.invalid("no password on standard input");
      }
      return text;
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID, "cannot read the password from standard input", e);
    }
  }
}
