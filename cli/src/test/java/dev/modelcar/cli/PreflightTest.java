package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What preflight finds before anything moves. */
final class PreflightTest {
  @TempDir Path folder;

  private Path model() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(82, 2, 64 << 10).writeTo(model);
    return model;
  }

  @Test
  void goodTargetsAreGoodAndNothingIsSent() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String target = "http://" + registry.authority() + "/team/m:1";
      Run run =
          Run.of(
                  Map.of("HOME", "" + folder),
                  "preflight",
                  "" + model(),
                  "--base=none",
                  "--to",
                  target)
              .succeeds();
      assertThat(run.out()).contains("info", "can be read", "may be written");
      assertThat(registry.manifest("team/m", "1")).isEmpty();
    }
  }

  @Test
  void everythingThatWouldFailIsFoundAtOnce() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "pass-word"));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      Run run =
          Run.of(
              Map.of("HOME", "" + folder),
              "preflight",
              "" + folder.resolve("none"),
              "--base=none",
              "--to",
              "http://" + registry.authority() + "/team/m:1",
              "-o",
              "json");
      assertThat(run.code()).isEqualTo(9);
      JsonNode findings = Json.parse(run.out().getBytes(StandardCharsets.UTF_8)).path("findings");
      assertThat(findings.findValuesAsText("rule"))
          .contains("source-not-found", "registry-unauthorized");
    }
    Run.of(Map.of("HOME", "" + folder), "preflight", "" + model(), "--kubeconfig", "--need", "x")
        .failsWith(CoreError.USAGE_INVALID);
  }

  private Run preflight(String... words) {
    List<String> all = new ArrayList<>(List.of("preflight"));
    all.addAll(List.of(words));
    return Run.of(Map.of("HOME", "" + folder), all.toArray(String[]::new));
  }

  @Test
  void anImageThatIsCopiedIsReadFromItsManifest() throws IOException {
    String image = "oci:" + folder.resolve("layout") + ":v1";
    var _ =
        Run.of(
                Map.of("HOME", "" + folder),
                "ship",
                "" + model(),
                "--base=none",
                "--state-dir=none",
                "--to",
                image)
            .succeeds();
    assertThat(
            preflight(image, "--copy", "--to", "oci:" + folder.resolve("copy") + ":v1")
                .succeeds()
                .out())
        .contains("copying needs no disk", "ready: nothing speaks against the run");
    assertThat(preflight("oci:" + folder.resolve("none") + ":v1", "--copy").code()).isEqualTo(9);
  }

  @Test
  void aBaseThatCannotBeReadIsNotBlamedOnTheSource() throws IOException {
    Run run =
        preflight(
            "" + model(),
            "--base=oci:" + folder.resolve("none"),
            "--to",
            "oci:" + folder.resolve("out") + ":v1");
    assertThat(run.code()).isEqualTo(9);
    assertThat(run.out()).contains("error: base: ").doesNotContain("error: source");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"role\": \"write\"', may read and write",
    "'\"role\": \"fineGrained\", \"fineGrained\": {\"canReadGatedRepos\": true}', 'may read gated'",
    "'\"role\": \"fineGrained\", \"fineGrained\": {}', 'may not read gated repositories'"
  })
  void theHubSaysWhatATokenMayDo(String role, String says) {
    String body = "{\"name\": \"me\", \"auth\": {\"accessToken\": {%s}}}".formatted(role);
    try (TestServer hub =
        TestServer.start(call -> {
          boolean whoami = call.path().equals("/api/whoami-v2");
          call.respond(
              whoami ? 200 : 404,
              Headers.of("Content-Type", "application/json"),
              (whoami ? body : "{}").getBytes(StandardCharsets.UTF_8));
        })) {
      Map<String, String> variables =
          Map.of("HOME", "" + folder, "HF_ENDPOINT", "" + hub.uri(), "HF_TOKEN", "hf_secret");
      Run run = Run.of(variables, "preflight", "hf://org/m", "--retry-for=0s");
      assertThat(run.out()).contains("info: source: the token of me", says);
      assertThat(run.out() + run.err()).doesNotContain("hf_secret");
    }
  }

  @Test
  void aFolderNeedsRoomForTheModel() throws IOException {
    assertThat(preflight("" + model(), "--workspace", "" + folder).succeeds().out())
        .contains("has room for the model");
    Run absent = preflight("" + model(), "--workspace", "" + folder.resolve("none"));
    assertThat(absent.code()).isEqualTo(9);
    assertThat(absent.out()).contains("no such file or folder", "error id: workspace-too-small");
    assertThat(preflight("" + model(), "--workspace", "").succeeds().out())
        .doesNotContain("workspace");
  }

  @Test
  void oneOfSeveralTargetsMayFailInAPipelineButNotAll() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String good = "http://" + registry.authority() + "/team/m:1";
      String down = "http://127.0.0.1:" + FreePort.find() + "/team/m:1";
      String fast = "--retry-for=0s";
      assertThat(preflight("" + model(), "--base=none", fast, "--to", good, "--to", down).code())
          .isEqualTo(9);
      Run partly =
          preflight(
              "" + model(), "--base=none", fast, "--accept-partial", "--to", good, "--to", down);
      assertThat(partly.succeeds().out()).contains("network-unreachable", "may be written");
      assertThat(
              preflight("" + model(), "--base=none", fast, "--accept-partial", "--to", down).code())
          .isEqualTo(9);
    }
  }

  @Test
  void aLoginThatEndsTooEarlyIsAWarning() throws IOException {
    String password =
        Base64.getEncoder()
            .encodeToString(
                "{\"payload\":\"x\",\"expiration\":1000000000}".getBytes(StandardCharsets.UTF_8));
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("AWS", password));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      String auth =
          Base64.getEncoder().encodeToString(("AWS:" + password).getBytes(StandardCharsets.UTF_8));
      Path file =
          Files.writeString(
              folder.resolve("auth.json"),
              "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.authority(), auth));
      String target = "http://" + registry.authority() + "/team/m:1";
      String[] words = {
        "" + model(), "--base=none", "--authfile=" + file, "--to", target, "--strict"
      };
      Run run = preflight(words);
      assertThat(run.code()).isEqualTo(9);
      assertThat(run.out())
          .contains("its login has expired", "error id: credentials-expire", "1 warning")
          .doesNotContain(password);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "9, 10000000, 9999000, the quota of its project leaves too little",
    "0, 10000000, 5000, the quota of its project suffices",
    "0, -1, 5000, ''"
  })
  void aHarborProjectHasRoomForTheModel(int code, long hard, long used, String says)
      throws IOException {
    String summary =
        "{\"repo_count\":3,\"quota\":{\"hard\":{\"storage\":%d},\"used\":{\"storage\":%d}}}"
            .formatted(hard, used);
    String auth = Base64.getEncoder().encodeToString("me:pw".getBytes(StandardCharsets.UTF_8));
    try (TestServer harbor =
        TestServer.start(call -> {
          boolean quota =
              call.path().equals("/api/v2.0/projects/team/summary")
                  && call.header("Authorization").orElse("").equals("Basic " + auth)
                  && call.header("X-Is-Resource-Name").isPresent();
          boolean start = call.method().equals("POST");
          int known = quota || call.path().equals("/v2/") ? 200 : 404;
          call.respond(
              start ? 202 : known,
              Headers.of("Content-Type", "application/json", "Location", call.path() + "1"),
              (quota ? summary : "{}").getBytes(StandardCharsets.UTF_8));
        })) {
      Path file =
          Files.writeString(
              folder.resolve("auth.json"),
              "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(harbor.authority(), auth));
      Run run =
          preflight(
              "" + model(),
              "--base=none",
              "--authfile=" + file,
              "--registry-profile=harbor",
              "--to",
              "http://" + harbor.authority() + "/team/sub/m:1");
      assertThat(run.code()).as(run.out()).isEqualTo(code);
      if (says.isEmpty()) {
        assertThat(run.out()).doesNotContain("quota");
      } else {
        assertThat(run.out()).contains(says);
      }
    }
  }

  @Test
  void aRegistryThatIsReadOnlyIsNoGoodTarget() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .add(RegistryRequestKind.UPLOAD_START, 0, FaultPlan.ALWAYS, Fault.status(405));
      Run run =
          preflight(
              "" + model(), "--base=none", "--to", "http://" + registry.authority() + "/team/m:1");
      assertThat(run.code()).isEqualTo(9);
      assertThat(run.out()).contains("starting the upload of a blob", "405");
    }
  }

  /** A registry behind a proxy that returns the name that it has inside. */
  @Test
  void anUploadThatLeadsToAnUnknownHostIsFound() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .add(
              RegistryRequestKind.UPLOAD_START,
              0,
              FaultPlan.ALWAYS,
              new RegistryFault.ForeignLocation("http://registry.inside.invalid:5000"));
      Run run =
          preflight(
              "" + model(), "--base=none", "--to", "http://" + registry.authority() + "/team/m:1");
      assertThat(run.code()).isEqualTo(9);
      assertThat(run.out())
          .contains("error id: registry-upload-unreachable")
          .contains("sends uploads to registry.inside.invalid:5000")
          .contains("external URL of the registry");
    }
  }

  /** Stores need not know how an upload is cancelled. */
  @Test
  void anUploadThatLeadsToAnotherHostIsGood() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer store = TestServer.start(call -> call.respond(405, Headers.none()))) {
      registry
          .faults()
          .add(
              RegistryRequestKind.UPLOAD_START,
              0,
              FaultPlan.ALWAYS,
              new RegistryFault.ForeignLocation("http://store.test"));
      Run run =
          Run.of(
              Map.of("HOME", "" + folder, "HTTP_PROXY", store.authority(), "NO_PROXY", "127.0.0.1"),
              "preflight",
              "" + model(),
              "--base=none",
              "--to",
              "http://" + registry.authority() + "/team/m:1");
      assertThat(run.succeeds().out()).contains("may be written");
    }
  }

  @Test
  void thePasswordOfAUrlIsNotPrinted() throws IOException {
    for (String form : List.of("text", "json")) {
      Run run =
          preflight(
              "" + model(),
              "--base=none",
              "--output=" + form,
              "--to",
              "http://bob:hunter2pw@127.0.0.1:1/t/m:1");
      assertThat(run.code()).isNotZero();
      assertThat(run.out() + run.err()).contains("bob:***@").doesNotContain("hunter2pw");
    }
  }

  /** What a registry says counts more than its status. */
  @ParameterizedTest
  @CsvSource({
    "403, DENIED, Quota has been exceeded on namespace, registry-full",
    "403, DENIED, 'adding 1 GiB of storage resource, which will exceed 2 GiB', registry-full",
    "412, PRECONDITION, 'adding 1 GiB of storage resource, which will exceed', registry-full",
    "507, UNKNOWN, x, registry-full",
    "403, DENIED, The Harbor is in read only mode, registry-read-only",
    "403, DENIED, requested access to the resource is denied, registry-denied",
    "401, UNAUTHORIZED, authentication required, registry-denied"
  })
  void aFullRegistryIsNotALackOfPermission(int status, String code, String message, String id)
      throws IOException {
    Headers headers =
        Headers.of(
            "Content-Type",
            "application/json",
            "WWW-Authenticate",
            "Basic realm=\"x\", error=\"insufficient_scope\"");
    String body = "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(code, message);
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .add(
              RegistryRequestKind.UPLOAD_START,
              0,
              FaultPlan.ALWAYS,
              new Fault.Status(status, headers, body));
      Run run =
          preflight(
              "" + model(), "--base=none", "--to", "http://" + registry.authority() + "/team/m:1");
      assertThat(run.code()).isEqualTo(9);
      assertThat(run.out()).contains(message, "error id: " + id);
    }
  }

  @Test
  void aLoginOfAnotherKindIsNamed() throws IOException {
    try (TestServer server =
        TestServer.start(
            call -> call.respond(401, Headers.of("WWW-Authenticate", "Negotiate"), new byte[0]))) {
      Run run =
          preflight(
              "" + model(), "--base=none", "--to", "http://" + server.authority() + "/team/m:1");
      assertThat(run.out())
          .contains("wants a login by negotiate, which modelcar does not support")
          .contains("error id: registry-unauthorized");
    }
  }

  @Test
  void anUploadThatIsNotCancelledIsSaidToStay() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .add(RegistryRequestKind.UPLOAD_CANCEL, 0, FaultPlan.ALWAYS, Fault.status(405));
      Run run =
          preflight(
              "" + model(), "--base=none", "--to", "http://" + registry.authority() + "/team/m:1");
      assertThat(run.succeeds().out()).contains("stays until the registry removes it");
    }
  }

  @Test
  void aServerThatIsAwayIsNotSaidToKeepAnything() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .add(RegistryRequestKind.UPLOAD_START, 0, FaultPlan.ALWAYS, Fault.status(503));
      Run run =
          preflight(
              "" + model(),
              "--base=none",
              "--retry-for=0s",
              "--to",
              "http://" + registry.authority() + "/team/m:1");
      assertThat(run.out()).contains("registry-unavailable").doesNotContain("is kept");
    }
  }

  @Test
  void aSettingOfTheHubWithALoginOrAQueryIsInvalid() {
    for (String endpoint : List.of("http://u:pw@hub.test", "http://hub.test/?token=x")) {
      Run run =
          Run.of(Map.of("HOME", "" + folder, "HF_ENDPOINT", endpoint), "preflight", "hf://org/m");
      assertThat(run.out()).contains("HF_ENDPOINT is not a valid URL").doesNotContain("token=x");
    }
  }

  @Test
  void aBaseThatIsNotReadIsNotBlamed() throws IOException {
    Run run =
        Run.of(
            Map.of("HOME", "" + folder, "HTTPS_PROXY", "http://[bad"),
            "preflight",
            "" + model(),
            "--base=none");
    assertThat(run.out()).contains("HTTPS_PROXY").doesNotContain("base:");
  }
}
