package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.http.HttpError;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that cannot take an image: each refusal has a name, and nothing looks like an image. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BadTargetTest {
  private static final List<String> HASTE =
      List.of("--base", "none", "--retry-for", "300ms", "--stall-timeout", "500ms");

  @TempDir Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    model = folder.resolve("model");
    GeneratedModel.llama(3, 1, 64 << 10).writeTo(model);
  }

  private Run ship(Map<String, String> variables, String target, String... more) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("HOME", folder.resolve("home").toString());
    List<String> options = new ArrayList<>(HASTE);
    options.addAll(List.of("--to", target));
    options.addAll(List.of(more));
    return Run.of(all, options, "ship", model.toString());
  }

  private Run ship(String target, String... more) {
    return ship(Map.of(), target, more);
  }

  // ---- references ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model",
        "Registry.example.com/Team/model:1",
        "registry.example.com/model:",
        "registry.example.com/model:a b",
        "registry.example.com/",
        "registry example.com/model",
        "team/model:1",
        "registry.example.com/model@sha256:short",
        "oci:",
        "oci-archive::tag",
        "registry.example.com:port/model",
        "registry.example.com:0/model",
        "127.0.0.1:99999/model",
        "[::1]:70000/model"
      })
  void whatIsNoReferenceIsRefused(String target) {
    ship(target).failsWith(OciError.TARGET_INVALID).says("is not a reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry.example.com/model@", "oci:layout:", "oci-archive:file.tar:"})
  void aDigestIsNoTarget(String target) {
    ship(target + "sha256:" + "0".repeat(64)).failsWith(OciError.TARGET_IS_DIGEST).says("a digest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:99999", "registry.example.com:0", "no host"})
  void whatIsNoHostIsRefused(String host) {
    Run.of(Map.of(), List.of("--registry", host), "inspect").failsWith(OciError.TARGET_INVALID);
  }

  // ---- the way there ----

  @Test
  void anUnknownHostIsNamed() {
    ship("registry.invalid/team/model:1")
        .failsWith(HttpError.NETWORK_UNKNOWN_HOST)
        .says("registry.invalid");
  }

  @Test
  void aRefusedConnectionIsNamed() {
    ship("http://127.0.0.1:" + FreePort.find() + "/team/model:1")
        .failsWith(HttpError.NETWORK_UNREACHABLE)
        .says("refused");
  }

  @Test
  void plainHttpToWhatSpeaksTlsIsGuessed() throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("tls")));
    RegistrySettings settings = RegistrySettings.defaults().withTls(tls.serverContext());
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      Run run = ship(registry.authority() + "/team/model:1", "--plain-http");
      assertThat(run.code()).isEqualTo(6);
      run.says("if the server speaks TLS, omit --plain-http");
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotTrusted() throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("tls")));
    TestTls other = TestTls.create(Files.createDirectory(folder.resolve("other")));
    RegistrySettings settings = RegistrySettings.defaults().withTls(tls.serverContext());
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      String target = registry.authority() + "/team/model:1";
      ship(target).failsWith(HttpError.TLS_UNTRUSTED).says("not trusted");
      ship(target, "--ca-file", other.caFile().toString()).failsWith(HttpError.TLS_UNTRUSTED);
      ship(target, "--ca-file", folder.resolve("none").toString())
          .failsWith(HttpError.TLS_UNTRUSTED)
          .says("does not exist");
      showsNothing(registry);
      ship(target, "--ca-file", tls.caFile().toString()).succeeds();
      ship(Map.of("SSL_CERT_FILE", tls.caFile().toString()), target).succeeds();
      ship(target, "--tls-verify", "false").succeeds();
    }
  }

  @Test
  void plainHttpIsOnlySpokenWhenAskedFor() {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String target = registry.authority() + "/team/model:1";
      ship(target).failsWith(HttpError.TLS_PLAIN_HTTP).says("plain HTTP");
      showsNothing(registry);
      ship(target, "--plain-http").succeeds();
    }
  }

  // ---- what registries say ----

  record Refusal(String name, RegistryRequestKind kind, Fault fault, ErrorCode code, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault error(int status, String code) {
    return new Fault.Status(
        status,
        Headers.of("Content-Type", "application/json"),
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"because\"}]}".formatted(code));
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal(
            "403",
            RegistryRequestKind.UPLOAD_START,
            error(403, "DENIED"),
            OciError.REGISTRY_DENIED,
            "DENIED: because"),
        new Refusal(
            "404",
            RegistryRequestKind.UPLOAD_START,
            error(404, "NAME_UNKNOWN"),
            OciError.REGISTRY_REPOSITORY_NOT_FOUND,
            "because"),
        new Refusal(
            "403 when all bytes are there",
            RegistryRequestKind.UPLOAD_CLOSE,
            Fault.status(403),
            OciError.REGISTRY_DENIED,
            "check quotas"),
        new Refusal(
            "a proxy that hides its name",
            RegistryRequestKind.UPLOAD_START,
            new RegistryFault.ForeignLocation("http://10.1.2.3:5000"),
            HttpError.REDIRECT_REFUSED,
            "X-Forwarded-Proto"),
        new Refusal(
            "404 in plain words",
            RegistryRequestKind.UPLOAD_START,
            new Fault.Status(404, Headers.of("Content-Type", "text/plain"), "Not found."),
            OciError.REGISTRY_REPOSITORY_NOT_FOUND,
            "Not found."),
        new Refusal(
            "404 of a proxy",
            RegistryRequestKind.UPLOAD_START,
            new Fault.Html(404),
            OciError.REGISTRY_PROTOCOL,
            "an HTML page (\"404\")"),
        new Refusal(
            "413 of a proxy",
            RegistryRequestKind.UPLOAD_PATCH,
            new Fault.Html(413),
            OciError.REGISTRY_TOO_LARGE,
            "probably from a proxy"),
        new Refusal(
            "429",
            RegistryRequestKind.UPLOAD_START,
            Fault.tooManyRequests(3600),
            OciError.REGISTRY_RATE_LIMITED,
            "The server asks to wait 3601 s"),
        new Refusal(
            "500",
            RegistryRequestKind.UPLOAD_PATCH,
            Fault.status(500),
            OciError.REGISTRY_UNAVAILABLE,
            "500"),
        new Refusal(
            "503",
            RegistryRequestKind.MANIFEST_PUT,
            Fault.status(503),
            OciError.REGISTRY_UNAVAILABLE,
            "503"),
        new Refusal(
            "no registry at all",
            RegistryRequestKind.PING,
            new Fault.Html(200),
            OciError.REGISTRY_PROTOCOL,
            "not a registry"),
        new Refusal(
            "a proxy that wants a certificate of ours",
            RegistryRequestKind.PING,
            new Fault.Html(400),
            OciError.REGISTRY_PROTOCOL,
            "returned 400 with an HTML page (\"400\")"),
        new Refusal(
            "a page for every upload",
            RegistryRequestKind.UPLOAD_START,
            new Fault.Html(200),
            OciError.REGISTRY_PROTOCOL,
            "an HTML page"),
        new Refusal(
            "silence",
            RegistryRequestKind.PING,
            new Fault.Hang(When.BEFORE_BODY, 0),
            HttpError.NETWORK_STALLED,
            "no response"),
        new Refusal(
            "manifest not stored",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.ManifestNotStored(),
            OciError.REGISTRY_CONTENT_MISMATCH,
            "does not have it"),
        new Refusal(
            "blobs vanish",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.BlobVanished(),
            OciError.REGISTRY_CONTENT_MISMATCH,
            "did not keep what was uploaded"));
  }

  private static void showsNothing(FakeRegistry registry) {
    assertThat(registry.tags("team/model")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalIsNamed(Refusal refusal) {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.faults().always(refusal.kind(), refusal.fault());
      ship("http://" + registry.authority() + "/team/model:1")
          .failsWith(refusal.code())
          .says(refusal.says());
      showsNothing(registry);
    }
  }

  @Test
  void aRefusedPartOfAnIndexIsNamedByItsDigest() {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.faults().always(RegistryRequestKind.MANIFEST_PUT, error(400, "MANIFEST_INVALID"));
      String target = registry.authority() + "/team/model:1";
      ship("http://" + target, "--platform", "linux/amd64,linux/arm64")
          .failsWith(OciError.REGISTRY_REFUSED)
          .says("/team/model@sha256:");
      showsNothing(registry);
    }
  }

  /** It stores other bytes under the tag: that it has a tag is its own doing, and it is said. */
  @Test
  void aRegistryThatLiesAboutADigestIsFoundOut() {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry
          .faults()
          .always(RegistryRequestKind.MANIFEST_PUT, new RegistryFault.ManifestAltered());
      ship("http://" + registry.authority() + "/team/model:1")
          .failsWith(OciError.REGISTRY_CONTENT_MISMATCH)
          .says("but returns sha256:");
    }
  }

  @Test
  void whoIsNotLoggedInIsTold() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "pass-word"));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      String target = "http://" + registry.authority() + "/team/model:1";
      ship(target).failsWith(OciError.REGISTRY_UNAUTHORIZED).says("no credentials");
      Path wrong = authFile("wrong.json", registry, "bWU6d3Jvbmc=");
      ship(target, "--auth-file", wrong.toString())
          .failsWith(OciError.REGISTRY_UNAUTHORIZED)
          .says("user me from the auth file " + wrong);
      Path broken = Files.writeString(folder.resolve("broken.json"), "{\"auths\":");
      ship(target, "--auth-file", broken.toString())
          .failsWith(OciError.CREDENTIALS_INVALID)
          .says("is not JSON");
      ship(Map.of("REGISTRY_AUTH_FILE", folder.resolve("none").toString()), target)
          .failsWith(OciError.CREDENTIALS_INVALID)
          .says("does not exist");
      showsNothing(registry);
      Path right = authFile("right.json", registry, "bWU6cGFzcy13b3Jk");
      ship(target, "--auth-file", right.toString()).succeeds();
    }
  }

  private Path authFile(String name, FakeRegistry registry, String auth) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.authority(), auth));
  }

  // ---- files ----

  @Test
  void whatIsThereIsLeftAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    ship("oci:" + file + ":1").failsWith(OciError.TARGET_EXISTS).says("is not a folder");
    ship("oci-archive:" + file + ":1")
        .failsWith(OciError.TARGET_EXISTS)
        .says("is not an OCI archive");
    ship("oci:" + folder + ":1").failsWith(OciError.TARGET_EXISTS).says("is not an OCI layout");
    ship("oci-archive:" + folder + ":1").failsWith(OciError.TARGET_EXISTS).says("is a folder");
    assertThat(file).hasContent("mine");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(file, model);
    }
  }

  @Test
  void aFolderThatIsNotThereTakesNoArchive() {
    ship("oci-archive:" + folder.resolve("none/image.tar") + ":1")
        .failsWith(OciError.TARGET_NOT_WRITABLE)
        .says("does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:%s/layout:1", "oci-archive:%s/image.tar:1"})
  void aDiskThatIsTooSmallIsKnownBefore(String target) throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    Assumptions.assumeTrue(
        sparse(model.resolve("model.safetensors"), 8L << 40),
        "the file system for temporary files has no room for a file of 8 TiB, not even a sparse one");
    Assumptions.assumeTrue(
        Files.getFileStore(place).getUsableSpace() < 8L << 40, "this disk takes it all");
    ship(target.formatted(place)).failsWith(CoreError.DISK_FULL).says("needed in " + place);
    assertThat(place.resolve("image.tar")).doesNotExist();
    assertThat(place.resolve("layout/index.json")).doesNotExist();
  }

  /** A file with a valid header and nothing but holes behind it. */
  private static boolean sparse(Path file, long size) {
    String json =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%1$d],\"data_offsets\":[0,%1$d]}}".formatted(size);
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.write(header.putLong(text.length).put(text).array());
      content.setLength(8 + text.length + size);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:%s/layout:1", "oci-archive:%s/image.tar:1"})
  void aFolderThatMayNotBeWrittenIsNamed(String target) throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    ChildCli.Rights rights = ChildCli.withoutRightsOver(place);
    Assumptions.assumeTrue(rights.canBeTaken(), "this test needs setpriv when root runs it");
    try (ChildProcess child =
        ChildCli.start(
            folder,
            Map.of("HOME", folder.toString()),
            rights,
            List.of("ship", "" + model, "--base", "none", "--to", target.formatted(place)))) {
      assertThat(child.await(Duration.ofSeconds(50)))
          .as(child.output())
          .hasValue(OciError.TARGET_NOT_WRITABLE.category().exitCode());
      assertThat(child.output())
          .contains("error id: target-not-writable")
          .contains(place.toString())
          .doesNotContain("    at ");
    }
  }

  // ---- the command line itself ----

  @Test
  void wordsThatNoCommandKnowsAreUsageErrors() {
    Map<String, String> none = Map.of();
    Run.of(none, "ship").failsWith(CoreError.USAGE_INVALID);
    Run.of(none, "shop").failsWith(CoreError.USAGE_INVALID);
    Run.of(none, "ship", "x").failsWith(CoreError.USAGE_INVALID).says("--to");
    ship("oci:x", "--parallel", "0").failsWith(CoreError.USAGE_INVALID).says("--parallel");
    ship("oci:x", "--memory", "much").failsWith(CoreError.USAGE_INVALID).says("--memory");
    ship("oci:x", "--user", "root").failsWith(CoreError.USAGE_INVALID).says("--user");
    ship("oci:x", "--platform", "?").failsWith(CoreError.USAGE_INVALID).says("--platform");
    ship("oci:x", "--compress", "lzma").failsWith(CoreError.USAGE_INVALID).says("--compress");
  }

  @Test
  void aFailureIsADocumentWhereDocumentsAreAskedFor() {
    Run run = ship("registry.example.com/Model", "--output", "json");
    assertThat(run.out())
        .contains("\"id\" : \"target-invalid\"")
        .contains("\"exitCode\" : 3")
        .contains("\"retryHelps\" : false");
  }

  @Test
  void oneTargetThatFailsDoesNotSpoilTheOthers() {
    try (FakeRegistry good = FakeRegistry.start();
        FakeRegistry bad = FakeRegistry.start()) {
      bad.faults().always(RegistryRequestKind.UPLOAD_START, error(403, "DENIED"));
      Run run =
          ship(
              "http://" + good.authority() + "/team/model:1",
              "--to",
              "http://" + bad.authority() + "/team/model:1");
      assertThat(run.code()).isEqualTo(CoreError.TARGETS_PARTLY_FAILED.category().exitCode());
      assertThat(good.tags("team/model")).containsExactly("1");
      assertThat(run.out()).contains(good.authority()).doesNotContain(bad.authority());
      showsNothing(bad);
    }
  }
}
