package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.report.Page;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.StoredBlob;
import dev.modelcar.testkit.registry.StoredManifest;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers leave word of their runs in the registry, and one page has them all. */
final class PartPagesTest {
  @TempDir Path folder;

  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry registry = FakeRegistry.start();

  @BeforeEach
  void prepare() {
    hub.add("org/model", GeneratedModel.llama(5, 3, 64 << 10));
  }

  @AfterEach
  void close() {
    hub.close();
    registry.close();
  }

  private String image() {
    return "http://" + registry.authority() + "/team/model:1";
  }

  private Run run(String... words) {
    return Run.of(
        Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString()), words);
  }

  private Run model(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("hf://org/model", "--base=none", "--state-dir=none", "--to", image()));
    return run(all.toArray(String[]::new));
  }

  private static List<String> parts(JsonNode joined) {
    return joined.get("runs").findValuesAsText("part");
  }

  private JsonNode page(Path file) throws IOException {
    return Page.read(Files.readString(file));
  }

  private String tag(int part) {
    return registry.tags("team/model").stream()
        .filter(tag -> tag.endsWith("-" + part + "-of-2"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void thePageOfTheSealHasAllWorkers() throws IOException {
    model("ship", "--part=1/2").succeeds();
    model("ship", "--part=2/2").succeeds();
    Path file = folder.resolve("seal.html");
    model("seal", "--parts=2", "--html=" + file).succeeds();
    JsonNode shown = page(file);
    JsonNode result = shown.get("result");
    assertThat(parts(result)).containsExactly("1/2", "2/2", "");
    assertThat(result.get("runs").findValuesAsText("outcome")).containsOnly("succeeded");
    assertThat(result.at("/timeline/lanes").findValuesAsText("run"))
        .contains("part 1/2", "part 2/2");
    assertThat(result.get("digest").asText())
        .isEqualTo(registry.manifest("team/model", "1").orElseThrow().digest());
    assertThat(result.has("findings")).isFalse();
    assertThat(result.get("bytesMoved").asLong()).isGreaterThan(3 * (64 << 10));
    assertThat(registry.tags("team/model"))
        .as("the documents go with the parts")
        .containsExactly("1");
  }

  @Test
  void theSameCommandAgainLeavesTheSameManifest() throws IOException {
    model("ship", "--part=1/2").succeeds();
    String before = registry.manifest("team/model", tag(1)).orElseThrow().digest();
    model("ship", "--part=1/2").succeeds();
    assertThat(registry.manifest("team/model", tag(1)).orElseThrow().digest()).isEqualTo(before);
  }

  @Test
  void aReportOfPartsNamesThoseThatAreMissing() throws IOException {
    model("ship", "--part=2/2").succeeds();
    Run report = run("report", "--parts", image(), "-o", "json").succeeds();
    JsonNode joined = Json.parse(report.out());
    assertThat(parts(joined)).containsExactly("2/2");
    report.says("nothing is here of the parts 1/2");
    assertThat(report.out()).doesNotContain("hf://", folder.toString());
  }

  /** As a version left it that wrote no documents: a manifest whose config has none. */
  @Test
  void aPartWithoutADocumentIsNamed() throws IOException {
    model("ship", "--part=1/2").succeeds();
    model("ship", "--part=2/2").succeeds();
    withoutDocument(tag(1));
    Run report = run("report", "--parts", image(), "-o", "json").succeeds();
    assertThat(parts(Json.parse(report.out()))).containsExactlyInAnyOrder("1/2", "2/2");
    report.says("part 1/2 has no document of its run");
    Path file = folder.resolve("seal.html");
    model("seal", "--parts=2", "--html=" + file).succeeds();
    assertThat(page(file).at("/result/findings").findValuesAsText("rule"))
        .containsExactly("report-part-undocumented");
  }

  private void withoutDocument(String tag) throws IOException {
    StoredManifest stored = registry.manifest("team/model", tag).orElseThrow();
    ObjectNode manifest = (ObjectNode) Json.parse(stored.content().bytes());
    StoredBlob config = registry.blob(manifest.at("/config/digest").asText()).orElseThrow();
    ObjectNode plain = (ObjectNode) Json.parse(config.content().orElseThrow().bytes());
    plain.remove("dev.modelcar.runs");
    Content content = Content.of(Json.bytes(plain));
    ((ObjectNode) manifest.get("config"))
        .put("digest", registry.inject("team/model", content))
        .put("size", content.size());
    var _ =
        registry.injectManifest(
            "team/model", tag, stored.mediaType(), Content.of(Json.bytes(manifest)));
  }

  @Test
  void aSealThatFailsShowsTheWorkersThereAre() throws IOException {
    model("ship", "--part=1/2").succeeds();
    Path file = folder.resolve("seal.html");
    model("seal", "--parts=2", "--html=" + file).failsWith(PackagingError.PARTS_MISSING);
    JsonNode result = page(file).get("result");
    assertThat(parts(result)).contains("1/2");
    assertThat(result.at("/error/id").asText()).isEqualTo(PackagingError.PARTS_MISSING.id());
  }

  /** What the first attempt moved, the second finds: the page has both. */
  @Test
  void anAttemptThatFailedIsShownBesideTheOneThatCompleted() throws IOException {
    // Large enough for layers of their own.
    GeneratedModel model = GeneratedModel.llama(5, 3, 33 << 20);
    hub.add("org/model", model);
    String last = model.file("model-00003-of-00003.safetensors").sha256();
    hub.faults()
        .add(
            HubRequestKind.CDN,
            request -> request.contains(last),
            0,
            FaultPlan.ALWAYS,
            new Fault.Status(404, Headers.of(), ""));
    Run failed = model("ship", "--part=1/1", "--parallel=1");
    assertThat(failed.code()).as(failed.err()).isNotZero();
    hub.faults().clear();
    model("ship", "--part=1/1").succeeds();
    JsonNode joined = Json.parse(run("report", "--parts", image(), "-o", "json").out());
    assertThat(joined.get("runs").findValuesAsText("outcome"))
        .containsExactly("incomplete", "succeeded");
    assertThat(joined.at("/runs/1/bytesReused").asLong()).isPositive();
  }

  @Test
  void whatIsSealedHasNoParts() {
    model("ship").succeeds();
    run("report", "--parts", image())
        .failsWith(PackagingError.PARTS_MISSING)
        .says("the image is sealed");
  }
}
