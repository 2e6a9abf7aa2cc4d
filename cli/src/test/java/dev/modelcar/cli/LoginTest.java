package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.cli.views.Environment;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoginTest {
  private static final String PASSWORD = "correct horse";

  @TempDir Path folder;

  private final FakeRegistry registry =
      FakeRegistry.start(
          RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("anna", PASSWORD)));

  @AfterEach
  void close() {
    registry.close();
  }

  /** Logs in as {@code me} with a home of its own. */
  static Run login(Path home, String password, String host, String... more) {
    List<String> words = new ArrayList<>(List.of("login", host, "-u", "me", "--password-stdin"));
    words.addAll(List.of(more));
    return run(home, password, words.toArray(String[]::new));
  }

  /** An auth file with one login. */
  static Path authFile(Path folder, String host, String user, String password) throws IOException {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Files.writeString(
        folder.resolve(user + password + ".json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(host, Base64.getEncoder().encodeToString(pair)));
  }

  private Run run(String input, String... words) {
    return run(folder, input, words);
  }

  private static Run run(Path folder, String input, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Map.of("HOME", folder.toString(), "XDG_RUNTIME_DIR", folder.toString()),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty());
    int code = Cli.run(environment, words);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Run login(String password) {
    return run(
        password, "login", "http://" + registry.authority(), "-u", "anna", "--password-stdin");
  }

  private Path file() {
    return folder.resolve("containers/auth.json");
  }

  @Test
  void keepsWhatTheRegistryTakesForItsOwnerAlone() throws IOException {
    assertThat(login(PASSWORD + "\n").succeeds().out()).contains("anna").doesNotContain(PASSWORD);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    run(
            "",
            "ship",
            model.toString(),
            "--base=none",
            "--to=http://" + registry.authority() + "/team/model:1")
        .succeeds();
    assertThat(registry.tags("team/model")).containsExactly("1");
  }

  @Test
  void keepsNothingThatTheRegistryRefuses() {
    Run refused = login("wrong");
    refused.failsWith(OciError.REGISTRY_UNAUTHORIZED);
    assertThat(refused.err()).doesNotContain("wrong\"");
    assertThat(file()).doesNotExist();
  }

  @Test
  void leavesOtherEntriesAlone() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "{\"auths\":{\"other.example\":{\"auth\":\"YTpi\"}},\"x\":1}");
    login(PASSWORD).succeeds();
    assertThat(file()).content().contains("other.example", "\"x\" : 1", registry.authority());
    assertThat(run("", "logout", registry.authority()).succeeds().out()).contains("removed");
    assertThat(file()).content().contains("other.example").doesNotContain(registry.authority());
    assertThat(run("", "logout", registry.authority()).succeeds().err()).contains("not logged in");
  }

  @Test
  void usesAHelperWhereOneIsSetUp() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path helper = bin.resolve("docker-credential-note");
    Files.writeString(
        helper,
        """
        #!/bin/sh
        case $1 in
          store) cat >"%1$s" ;;
          get) cat "%1$s" 2>/dev/null || { echo "credentials not found"; exit 1; } ;;
          erase) rm -f "%1$s" ;;
        esac
        """
            .formatted(folder.resolve("kept")));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "{\"credsStore\":\"note\"}");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Map.of(
                "HOME",
                folder.toString(),
                "XDG_RUNTIME_DIR",
                folder.toString(),
                "PATH",
                bin + ":/usr/bin:/bin"),
            new ByteArrayInputStream(PASSWORD.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            Optional.empty());
    int code =
        Cli.run(
            environment,
            "login",
            "http://" + registry.authority(),
            "-u",
            "anna",
            "--password-stdin");
    assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(folder.resolve("kept")).content().contains(PASSWORD, "anna");
    assertThat(file()).content().doesNotContain(PASSWORD).contains("credsStore");
  }
}
