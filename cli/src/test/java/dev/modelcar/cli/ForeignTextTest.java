package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.core.Json;
import dev.modelcar.core.Sha256;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of images, hubs and registries reach a terminal as texts, whatever they contain. */
final class ForeignTextTest {
  /** C0, a row of its own, C1, and overrides of the direction. */
  private static final String EVIL =
      "x\u001b[31m\u0007\r\nFORGED row\u009b2J\u202eabc\u2066\u2028y";

  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeHub hub = FakeHub.start();
  private String image = "";

  @BeforeEach
  void makeImage() throws IOException {
    image = "oci:" + folder.resolve("layout") + ":v1";
    write(folder.resolve("layout"));
  }

  @AfterEach
  void close() {
    hub.close();
    registry.close();
  }

  // ---- what is hostile ----

  private static String quoted() {
    return Json.array().add(EVIL).toString().replaceAll("^\\[|]$", "");
  }

  private static String blob(Path layout, byte[] bytes, String type, String more)
      throws IOException {
    String digest = Sha256.of(bytes).hex();
    Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(layout.resolve("blobs/sha256").resolve(digest), bytes);
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
        .formatted(type, digest, bytes.length, more);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An image that says something bad wherever it can. */
  private static void write(Path layout) throws IOException {
    String evil = quoted();
    String texts = "{%s:%s,\"org.opencontainers.image.title\":%s}".formatted(evil, evil, evil);
    byte[] tar = tar("models/" + EVIL);
    String config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":%s,\"config\":{\"User\":%s,"
                + "\"Labels\":%s},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}")
            .formatted(evil, evil, texts, Sha256.of(tar).hex());
    String layer =
        blob(layout, tar, "application/vnd.oci.image.layer.v1.tar", ",\"annotations\":" + texts);
    String manifest =
        ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":%s,\"layers\":[%s],\"annotations\":%s}")
            .formatted(
                blob(layout, utf8(config), "application/vnd.oci.image.config.v1+json", ""),
                layer,
                texts);
    String named =
        ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\",\"io.containerd.image.name\":%s}"
            .formatted(evil);
    String entry =
        blob(layout, utf8(manifest), "application/vnd.oci.image.manifest.v1+json", named);
    String other = blob(layout, utf8("{}"), "application/vnd.oci.image.manifest.v1+json", named);
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(entry));
    Path twice = Files.createDirectories(layout.resolveSibling("twice"));
    Files.writeString(twice.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        twice.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":[%s,%s]}".formatted(entry, other));
  }

  /** A tar with one file of this name. */
  private static byte[] tar(String name) {
    byte[] tar = new byte[512 * 4];
    byte[] header = utf8(name);
    System.arraycopy(header, 0, tar, 0, header.length);
    System.arraycopy(
        utf8("0000644\0000000000\0000000000\00000000000003\00000000000000\000"), 0, tar, 100, 48);
    tar[156] = '0';
    System.arraycopy(utf8("ustar\00000"), 0, tar, 257, 8);
    java.util.Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    System.arraycopy(utf8("%06o\0 ".formatted(sum)), 0, tar, 148, 8);
    System.arraycopy(utf8("abc"), 0, tar, 512, 3);
    return tar;
  }

  private static GeneratedModel model(String... names) {
    List<GeneratedFile> files = new ArrayList<>(GeneratedModel.llama(3, 1, 4 << 10).files());
    for (String name : names) {
      files.add(new GeneratedFile(name, Content.of(utf8("x" + name))));
    }
    return GeneratedModel.of(files);
  }

  // ---- what is printed ----

  private Run run(String... words) {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME", folder.resolve("home").toString());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    List<String> quick =
        List.of("ship", "plan", "copy", "mirror", "verify", "fetch", "inspect").contains(words[0])
            ? List.of("--retry-for", "10ms")
            : List.of();
    return Run.of(variables, quick, words);
  }

  private static void isHarmless(Run run) {
    assertThat(run.out() + run.err())
        .doesNotContainPattern("[\\p{Cc}&&[^\\n]]")
        .doesNotContainPattern("[\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{2028}\\x{2029}]")
        .doesNotContainPattern("(?m)^\\s*FORGED");
  }

  /** Runs a command with text and with JSON. */
  private void check(String... words) throws IOException {
    for (String verbose : List.of("--quiet", "--verbose")) {
      isHarmless(run(Stream.concat(Stream.of(words), Stream.of(verbose)).toArray(String[]::new)));
    }
    Run json = run(Stream.concat(Stream.of(words), Stream.of("-o", "json")).toArray(String[]::new));
    isHarmless(json);
    JsonNode document = Json.parse(json.out());
    assertThat(document.isObject()).isTrue();
  }

  @Test
  void ofAnImage() throws IOException {
    String to = "http://" + registry.authority() + "/team/model";
    check("inspect", image);
    check("inspect", image, "--files");
    check("tags", image.replace(":v1", ""), "--digests");
    check("tag", image, "v2");
    check("rm", image.replace("v1", "v2"), "--yes");
    check("verify", image);
    check("verify", image, "--deep");
    check("copy", image, to + ":v1");
    check("mirror", image.replace(":v1", ""), to + "-mirror");
    check("inspect", to + ":v1");
    check("verify", to + ":v1", "--against", "" + Files.createDirectories(folder.resolve("none")));
    GeneratedModel.llama(3, 1, 4 << 10).writeTo(folder.resolve("model"));
    String model = "" + folder.resolve("model");
    check("verify", to + ":v1", "--against", model);
    check("ship", model, "--base", image, "--to", "oci:" + folder.resolve("shipped") + ":1");
    check("plan", model, "--base", image, "--to", to + ":2");
    String twice = "oci:" + folder.resolve("twice");
    check("inspect", twice);
    check("copy", twice + ":v1", to + ":v1");
    Json.parse(run("inspect", image, "--raw").succeeds().out());
    assertThat(run("inspect", image, "-o", "json").out()).contains("\\u001B", "\\u009b", "\\u202e");
  }

  @Test
  void ofAManifestOnATerminal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    Environment terminal =
        new Environment(
            Map.of(), InputStream.nullInputStream(), printed, printed, Optional.empty(), true);
    assertThat(Cli.run(terminal, "inspect", image, "--raw")).isZero();
    isHarmless(new Run(0, out.toString(StandardCharsets.UTF_8), ""));
  }

  @Test
  void ofAFolder() throws IOException {
    Path model = folder.resolve("model");
    model("a\u001b[31mb\u009b.bin", "c\u202ed.png", "e\nFORGED.txt").writeTo(model);
    String to = "http://" + registry.authority() + "/team/model:1";
    check("plan", "" + model, "--base", "none");
    check("ship", "" + model, "--base", "none", "--to", to);
    check(
        "ship", "" + model, "--base", "none", "--to", to, "--exclude", "*\u001b*", "--exclude=e*");
    check("build", "" + model, "--base", "none");
    check("verify", to, "--against", "" + model);
  }

  @Test
  void ofTheHub() throws IOException {
    hub.add("org/model", model("a\u001b[31mb\u009b.bin", "c\u202ed.png", "e\nFORGED.txt"));
    hub.add("org/fine", model("c\u202ed.png", "f\u009b.bin"));
    hub.warning("topic; " + EVIL.replaceAll("[\r\n]", ""));
    String to = "http://" + registry.authority() + "/team/model:1";
    for (String source : List.of("hf://org/model", "hf://org/fine")) {
      check("plan", source, "--base", "none");
      check("ship", source, "--base", "none", "--to", to);
      check("fetch", source, "" + folder.resolve("fetched"));
      check("verify", image, "--against", source);
    }
  }

  @ParameterizedTest
  @EnumSource(HubRequestKind.class)
  void ofTheHubsErrors(HubRequestKind kind) throws IOException {
    hub.add("org/model", GeneratedModel.llama(3, 1, 4 << 10));
    for (int status : new int[] {400, 403, 404}) {
      for (Fault fault : refusals(status)) {
        hub.faults().clear();
        hub.faults().always(kind, fault);
        isHarmless(run("fetch", "hf://org/model", "" + folder.resolve("f" + status + kind)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RegistryRequestKind.class)
  void ofARegistrysErrors(RegistryRequestKind kind) throws IOException {
    String to = "http://" + registry.authority() + "/team/model";
    run("copy", image, to + ":v1").succeeds();
    for (int status : new int[] {400, 401, 403, 404}) {
      for (Fault fault : refusals(status)) {
        registry.faults().clear();
        registry.faults().always(kind, fault);
        isHarmless(run("inspect", to + ":v1"));
        isHarmless(run("copy", image, to + ":v2"));
        isHarmless(run("mirror", to, "oci:" + folder.resolve("m" + status + kind)));
        isHarmless(run("inspect", "--registry", "http://" + registry.authority()));
        isHarmless(LoginTest.login(folder, "secret", "http://" + registry.authority()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500})
  void ofWaits(int status) {
    for (Fault fault : refusals(status)) {
      registry.faults().clear();
      registry.faults().always(RegistryRequestKind.MANIFEST_GET, fault);
      isHarmless(run("inspect", "http://" + registry.authority() + "/team/model:v1"));
    }
  }

  /** Refusals as JSON, as a page and as text, with headers that are no better. */
  private static List<Fault> refusals(int status) {
    String header = EVIL.replaceAll("[\\x00-\\x1f\\x{2028}]", "");
    String latin = new String(utf8(header), StandardCharsets.ISO_8859_1);
    String challenge = "Basic realm=\"%s\"".formatted(latin);
    String json =
        "{\"errors\":[{\"code\":%s,\"message\":%s,\"detail\":{\"message\":%s}}],\"error\":%s}"
            .formatted(quoted(), quoted(), quoted(), quoted());
    List<Fault> faults = new ArrayList<>();
    for (String[] body :
        new String[][] {
          {"application/json", json},
          {"text/html", "<html><title>" + EVIL + "</title></html>"},
          {"text/plain", EVIL}
        }) {
      faults.add(
          new Fault.Status(
              status,
              Headers.of(
                  "Content-Type", body[0],
                  "WWW-Authenticate", challenge,
                  "X-Error-Message", latin,
                  "X-Error-Code", latin,
                  "Server", latin),
              body[1]));
    }
    return faults;
  }

  @Test
  void ofArguments() {
    isHarmless(run("inspect", "oci:" + EVIL));
    isHarmless(run("inspect", EVIL));
    isHarmless(run("ship", "hf://" + EVIL, "--to", "oci:x"));
    isHarmless(run("inspect", "--" + EVIL));
    isHarmless(run(EVIL));
    isHarmless(run("explain", EVIL));
    isHarmless(run("ship", folder + "/" + EVIL, "--to", "oci:x"));
  }

  @Test
  void ofTagsThatAreListed() throws IOException {
    String body = "{\"name\":\"team/model\",\"tags\":[%s,\"v1\"]}".formatted(quoted());
    Headers json = Headers.of("Content-Type", "application/json");
    registry.faults().always(RegistryRequestKind.TAGS, new Fault.Status(200, json, body));
    String from = "http://" + registry.authority() + "/team/model";
    run("copy", image, from + ":v1").succeeds();
    check("tags", from);
    check("mirror", from, "oci:" + folder.resolve("mirrored"), "--dry-run");
    check("mirror", from, "oci:" + folder.resolve("mirrored"));
  }
}
