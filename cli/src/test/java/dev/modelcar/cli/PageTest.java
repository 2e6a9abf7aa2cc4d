package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run is there, whatever became of the run, and the run ends as ever without it. */
class PageTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"run\">(.*?)</script>");

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    GeneratedModel.llama(5, 2, 1 << 20).writeTo(model);
  }

  private Run ship(String target, String... more) {
    List<String> words = new ArrayList<>(List.of("ship", model.toString(), "--base=none"));
    words.addAll(List.of("--state-dir=none", "--to", target));
    words.addAll(List.of(more));
    return Run.of(Map.of("HOME", folder.toString()), words.toArray(String[]::new));
  }

  private String layout(String tag) {
    return "oci:" + folder.resolve("image") + ":" + tag;
  }

  private static JsonNode shownBy(Path page) throws IOException, Json.InvalidJsonException {
    Matcher data = DATA.matcher(Files.readString(page));
    assertThat(data.find()).isTrue();
    return Json.parse(data.group(1).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void thePageHasWhatTheJsonSays() throws Exception {
    Path page = folder.resolve("page.html");
    Run run = ship(layout("v1"), "--html=" + page, "--output=json").succeeds();
    JsonNode shown = shownBy(page);
    assertThat(shown.get("result")).isEqualTo(Json.parse(run.out()));
    assertThat(shown.get("exitCode").asInt()).isZero();
    assertThat(shown.get("command").get(0).asText()).isEqualTo("ship");
    assertThat(shown.get("files").size()).isEqualTo(shown.at("/result/selection/files").asInt());
    assertThat(shown.at("/timeline/lanes").findValuesAsText("state")).containsOnly("done");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void thePageOfAPlanKnowsWhatEachTargetHasOfEachFile() throws Exception {
    ship(layout("v1")).succeeds();
    Path page = folder.resolve("plan.html");
    Run.of(
            Map.of("HOME", folder.toString()),
            "plan",
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=" + layout("v2"),
            "--html=" + page)
        .succeeds();
    JsonNode shown = shownBy(page);
    List<String> layers = shown.at("/result/layers").findValuesAsText("name");
    assertThat(shown.get("files").findValuesAsText("layer")).isNotEmpty().isSubsetOf(layers);
    for (JsonNode layer : shown.at("/result/layers")) {
      assertThat(layer.get("present").size()).isEqualTo(shown.at("/result/targets").size());
    }
  }

  @Test
  void aFailureHasAPageToo() throws Exception {
    Path page = folder.resolve("page.html");
    Files.writeString(folder.resolve("file"), "");
    ship("oci:" + folder.resolve("file") + ":v1", "--html=" + page)
        .failsWith(OciError.TARGET_EXISTS);
    JsonNode shown = shownBy(page);
    assertThat(shown.get("exitCode").asInt()).isNotZero();
    assertThat(shown.at("/result/error/id").asText()).isEqualTo("target-exists");
  }

  @Test
  void aPageThatCannotBeWrittenChangesNothingElse() {
    Run without = ship(layout("v1")).succeeds();
    Run with = ship(layout("v1"), "--html=" + folder.resolve("missing/page.html")).succeeds();
    assertThat(with.out()).isEqualTo(without.out());
    with.says("warning: the page ");
    ship(layout("v2"), "--live=127.0.0.1:99999")
        .failsWith(dev.modelcar.core.CoreError.USAGE_INVALID);
    ship(layout("v2"), "--live=203.0.113.1:80").succeeds().says("warning: no live page at ");
  }

  @Test
  void aDifferenceIsFoundWithoutReadingLayers() throws Exception {
    ship(layout("v1")).succeeds();
    Files.delete(model.resolve("model-00001-of-00002.safetensors"));
    Files.delete(model.resolve("model-00002-of-00002.safetensors"));
    GeneratedModel.llama(5, 2, 1 << 20).withChangedShard(1, 9).writeTo(model);
    ship(layout("v2")).succeeds();
    Path page = folder.resolve("diff.html");
    Run diff =
        Run.of(
                Map.of("HOME", folder.toString()),
                "diff",
                layout("v1"),
                layout("v2"),
                "-o",
                "json",
                "--html=" + page)
            .succeeds();
    JsonNode document = Json.parse(diff.out());
    assertThat(document.get("same").asBoolean()).isFalse();
    assertThat(document.get("layers").findValuesAsText("state")).contains("same").isNotEmpty();
    assertThat(document.get("layerBytesRead").asLong()).isZero();
    assertThat(document.get("sharedBytes").asLong()).isPositive();
    assertThat(document.get("changedBytes").asLong()).isPositive();
    assertThat(shownBy(page).get("result")).isEqualTo(document);
    Run same =
        Run.of(Map.of("HOME", folder.toString()), "diff", layout("v1"), layout("v1"), "-ojson");
    assertThat(Json.parse(same.out()).get("layers").findValuesAsText("state")).containsOnly("same");
  }
}
