package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.TokenServer;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shipment would be refused for, a dry run is refused for, too, and leaves nothing. */
final class DryRunTest {
  @TempDir Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    model = folder.resolve("model");
    GeneratedModel.llama(3, 1, 64 << 10).writeTo(model);
  }

  private Run run(String... words) {
    return Run.of(
        Map.of("HOME", folder.resolve("home").toString()), List.of("--retry-for", "300ms"), words);
  }

  /** All ways to ask what would move, and the way to move it. */
  private void each(String target, Consumer<Run> check, String... more) {
    for (List<String> words :
        List.of(
            List.of("plan", "" + model, "--base", "none", "--to", target),
            List.of("ship", "" + model, "--base", "none", "--to", target, "--dry-run"),
            List.of("ship", "" + model, "--base", "none", "--to", target))) {
      check.accept(run(Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new)));
    }
  }

  private static void wasLeftAlone(FakeRegistry registry) {
    assertThat(registry.tags("team/model")).isEmpty();
    assertThat(registry.openUploads()).isZero();
    assertThat(registry.bytesReceived()).isZero();
  }

  private String login(FakeRegistry registry, String user, String password) throws IOException {
    return LoginTest.authFile(folder, registry.authority(), user, password).toString();
  }

  @Test
  void aLoginThatIsMissingOrWrong() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "right"));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      String target = "http://" + registry.authority() + "/team/model:1";
      each(target, run -> run.failsWith(OciError.REGISTRY_UNAUTHORIZED).says("no credentials"));
      each(
          target,
          run -> run.failsWith(OciError.REGISTRY_UNAUTHORIZED).says("user me"),
          "--auth-file",
          login(registry, "me", "wrong"));
      wasLeftAlone(registry);
      String right = login(registry, "me", "right");
      run("plan", "" + model, "--base=none", "--to", target, "--auth-file", right).succeeds();
      wasLeftAlone(registry);
    }
  }

  @Test
  void aTokenServerThatLetsOnlyRead() throws IOException {
    try (TokenServer tokens = TokenServer.start(Files.createDirectory(folder.resolve("tls")));
        FakeRegistry registry =
            FakeRegistry.start(
                RegistrySettings.defaults().withAuth(new RegistryAuth.Bearer(tokens)))) {
      tokens.user("me", "right").anonymousPulls(true);
      String target = "http://" + registry.authority() + "/team/model:1";
      each(target, run -> assertThat(run.code()).as(run.err()).isEqualTo(4));
      each(
          target,
          run -> assertThat(run.code()).as(run.err()).isEqualTo(4),
          "--auth-file",
          login(registry, "me", "wrong"));
      String right = login(registry, "me", "right");
      tokens.withhold("push");
      each(target, run -> run.failsWith(OciError.REGISTRY_DENIED), "--auth-file", right);
      wasLeftAlone(registry);
      tokens.grant("push");
      run("plan", "" + model, "--base=none", "--to", target, "--auth-file", right).succeeds();
      wasLeftAlone(registry);
    }
  }

  /** To ask Quay for the right to push to a repository is to make it. */
  @Test
  void quayIsNotMadeToMakeARepository() throws IOException {
    try (TokenServer tokens = TokenServer.start(Files.createDirectory(folder.resolve("tls")));
        FakeRegistry registry =
            FakeRegistry.start(
                RegistrySettings.defaults().withAuth(new RegistryAuth.Bearer(tokens)))) {
      tokens.user("me", "right").withhold("pull").withhold("push");
      String[] words = {
        "plan",
        "" + model,
        "--base=none",
        "--registry-profile",
        registry.authority() + "=quay",
        "--to",
        "http://" + registry.authority() + "/team/model:1",
        "--auth-file",
        login(registry, "me", "right")
      };
      run(words).succeeds();
      assertThat(tokens.questions())
          .isNotEmpty()
          .noneMatch(question -> question.scopes().toString().contains("push"));
      words[words.length - 1] = login(registry, "me", "wrong");
      assertThat(run(words).code()).isEqualTo(4);
      tokens.grant("pull");
      words[words.length - 1] = login(registry, "me", "right");
      run(words).failsWith(OciError.REGISTRY_DENIED);
    }
  }

  static Stream<Fault> refusals() {
    Headers json = Headers.of("Content-Type", "application/json");
    String body = "{\"errors\":[{\"code\":\"%s\",\"message\":\"because\"}]}";
    return Stream.of(
        new Fault.Status(401, json, body.formatted("UNAUTHORIZED")),
        new Fault.Status(403, json, body.formatted("DENIED")),
        Fault.status(403));
  }

  /** Everybody may read there, and nobody may write. */
  @ParameterizedTest
  @MethodSource("refusals")
  void aRegistryThatTakesNothing(Fault refusal) {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.faults().always(RegistryRequestKind.UPLOAD_START, refusal);
      registry.faults().always(RegistryRequestKind.UPLOAD_PATCH, refusal);
      each(
          "http://" + registry.authority() + "/team/model:1",
          run -> assertThat(run.code()).as(run.err()).isEqualTo(4));
      wasLeftAlone(registry);
    }
  }

  /** How a registry answers a piece of an upload that does not exist is no word about rights. */
  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 416, 500, 503})
  void anOddAnswerIsNoRefusal(int status) {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.faults().always(RegistryRequestKind.UPLOAD_PATCH, Fault.status(status));
      String target = "http://" + registry.authority() + "/team/model:1";
      run("plan", "" + model, "--base=none", "--to", target).succeeds();
      wasLeftAlone(registry);
    }
  }

  @Test
  void filesThatAreInTheWay() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    each("oci:" + file + ":1", run -> run.failsWith(OciError.TARGET_EXISTS));
    each("oci-archive:" + file + ":1", run -> run.failsWith(OciError.TARGET_EXISTS));
    each(
        "oci-archive:" + folder.resolve("none/x"),
        run -> run.failsWith(OciError.TARGET_NOT_WRITABLE));
    run("plan", "" + model, "--base=none", "--to", "oci:" + folder.resolve("new")).succeeds();
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aMirrorToo() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "right"));
    try (FakeRegistry from = FakeRegistry.start();
        FakeRegistry registry = FakeRegistry.start(settings)) {
      String source = "http://" + from.authority() + "/team/model";
      run("ship", "" + model, "--base=none", "--to", source + ":1").succeeds();
      run("mirror", source, "http://" + registry.authority() + "/team/model", "--dry-run")
          .failsWith(OciError.REGISTRY_UNAUTHORIZED);
      wasLeftAlone(registry);
    }
  }
}
