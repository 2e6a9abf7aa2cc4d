package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.http.HttpError;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One host is reached in one way by a command, and no hint names what was given. */
final class PlainHttpTest {
  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private final String host = registry.authority();
  private Path model = Path.of("");

  @BeforeEach
  void makeImages() throws IOException {
    model = folder.resolve("model");
    GeneratedModel.llama(3, 1, 64 << 10).writeTo(model);
    run("ship", "" + model, "--base", "none", "--to", "http://" + host + "/team/base:1").succeeds();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Run run(String... words) {
    return run(Map.of(), words);
  }

  private Run run(Map<String, String> variables, String... words) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("HOME", folder.resolve("home").toString());
    List<String> more = new ArrayList<>();
    if (!List.of("inspect", "login").contains(words[0])) {
      more.addAll(List.of("--retry-for", "300ms"));
    }
    return Run.of(all, more, words);
  }

  private void adviseNot(Run run, ErrorCode code, String option) {
    run.failsWith(code);
    assertThat(run.err().replaceAll("(?m)^error: .*$", "")).doesNotContain(option);
  }

  @Test
  void theOptionIsForTheBaseAsWell() {
    String base = host + "/team/base:1";
    run("ship", "" + model, "--plain-http", "--base", base, "--to", host + "/team/model:1")
        .succeeds();
    run("plan", "" + model, "--plain-http", "--base", base, "--to", host + "/team/model:1")
        .succeeds();
    run("build", "" + model, "--plain-http", "--base", base, "--recipe", folder + "/recipe")
        .succeeds();
    run("copy", "--plain-http", base, host + "/team/copy:1").succeeds();
    run("mirror", "--plain-http", host + "/team/base", host + "/team/mirror").succeeds();
    run("verify", "--plain-http", base, host + "/team/copy:1").succeeds();
    run("inspect", "--plain-http", "--registry", host).succeeds();
    assertThat(registry.tags("team/mirror")).containsExactly("1");
  }

  @Test
  void aSchemeOfOneReferenceIsForItsHost() {
    String base = host + "/team/base:1";
    run("ship", "" + model, "--base", base, "--to", "http://" + host + "/team/model:1").succeeds();
    run("ship", "" + model, "--base", "http://" + base, "--to", host + "/team/model:2").succeeds();
    run("copy", base, "http://" + host + "/team/copy:1").succeeds();
    run("copy", "http://" + base, host + "/team/copy:2", host + "/team/copy:3").succeeds();
    run("mirror", host + "/team/base", "http://" + host + "/team/mirror").succeeds();
    run("verify", base, "http://" + host + "/team/copy:2").succeeds();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ship", "build", "copy", "mirror", "verify", "inspect", "login"})
  void tlsThatIsAskedForWins(String command) {
    String base = "https://" + host + "/team/base:1";
    String to = "https://" + host + "/team/model:1";
    Run run =
        switch (command) {
          case "ship" -> run("ship", "" + model, "--plain-http", "--base", "none", "--to", to);
          case "build" ->
              run("build", "" + model, "--plain-http", "--base", base, "--recipe", folder + "/r");
          case "copy" -> run("copy", "--plain-http", base, "oci:" + folder + "/copy");
          case "mirror" -> run("mirror", "--plain-http", base.replace(":1", ""), "oci:" + folder);
          case "verify" -> run("verify", "--plain-http", base);
          case "inspect" -> run("inspect", "--plain-http", "--registry", "https://" + host);
          default -> LoginTest.login(folder, "secret", "https://" + host, "--plain-http");
        };
    adviseNot(run, HttpError.TLS_PLAIN_HTTP, "--plain-http");
  }

  @Test
  void theUsualBaseKeepsTls() {
    Run run =
        run(
            Map.of("HTTPS_PROXY", "http://127.0.0.1:1", "HTTP_PROXY", "http://127.0.0.1:2"),
            "ship",
            "" + model,
            "--plain-http",
            "--to",
            host + "/team/model:1");
    run.failsWith(HttpError.NETWORK_UNREACHABLE).says("127.0.0.1:1)");
  }

  @Test
  void theHubIsNoRegistry() {
    try (FakeHub hub = FakeHub.start()) {
      Map<String, String> tls =
          Map.of("HF_ENDPOINT", hub.endpoint().toString().replace("http:", "https:"));
      Run run = run(tls, "fetch", "hf://org/model", folder + "/fetched");
      adviseNot(run, HttpError.TLS_PLAIN_HTTP, "--plain-http");
      run.says("HF_ENDPOINT must begin with http://");
    }
  }

  @Test
  void authoritiesThatWereGivenAreNotAdvised() throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("tls")));
    String other = TestTls.create(Files.createDirectory(folder.resolve("other"))).caFile() + "";
    RegistrySettings settings = RegistrySettings.defaults().withTls(tls.serverContext());
    try (FakeRegistry secured = FakeRegistry.start(settings)) {
      String image = secured.authority() + "/team/model:1";
      adviseNot(run("verify", image, "--ca-file", other), HttpError.TLS_UNTRUSTED, "--ca-file");
      Run variable = run(Map.of("SSL_CERT_FILE", other), "verify", image);
      adviseNot(variable, HttpError.TLS_UNTRUSTED, "or SSL_CERT_FILE");
      String base = secured.authority() + "/team/base:1";
      String[] both = {"--ca-file", tls.caFile().toString()};
      run("ship", "" + model, "--base", "none", "--to", base, both[0], both[1]).succeeds();
      run("ship", "" + model, "--base", base, "--to", image, both[0], both[1]).succeeds();
      run("ship", "" + model, "--base", base, "--to", image, "--tls-verify", "false").succeeds();
    }
  }

  @Test
  void credentialsAreForAllRegistriesOrForANamedOne() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "right"));
    try (FakeRegistry closed = FakeRegistry.start(settings)) {
      String image = "http://" + closed.authority() + "/team/model:1";
      Path wrong = LoginTest.authFile(folder, closed.authority(), "me", "wrong");
      Path right = LoginTest.authFile(folder, closed.authority(), "me", "right");
      adviseNot(
          run("verify", image, "--auth-file", "" + wrong),
          OciError.REGISTRY_UNAUTHORIZED,
          "REGISTRY_AUTH_FILE");
      run("ship", "" + model, "--base=none", "--to", image, "--auth-file", "" + right).succeeds();
      String second = image.replace("model:1", "model:2");
      run("ship", "" + model, "--base", image, "--to", second, "--auth-file", "" + right)
          .succeeds();
      Path token = Files.writeString(folder.resolve("token"), "abc");
      adviseNot(
          run("verify", image, "--token-file", "" + token),
          OciError.REGISTRY_UNAUTHORIZED,
          "modelcar login");
      Run ambiguous =
          run(
              "ship",
              "" + model,
              "--base",
              "http://" + host + "/team/base:1",
              "--to",
              image,
              "--token-file",
              "" + token);
      assertThat(ambiguous.code()).as(ambiguous.err()).isEqualTo(2);
      ambiguous.says("--token-file HOST=FILE");
      run("verify", image).says("modelcar login http://" + closed.authority());
      Run login = LoginTest.login(folder, "wrong", "http://" + closed.authority());
      adviseNot(login, OciError.REGISTRY_UNAUTHORIZED, "modelcar login");
    }
  }
}
