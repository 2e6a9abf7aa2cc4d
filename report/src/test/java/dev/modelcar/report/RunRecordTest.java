package dev.modelcar.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.reuse.RunDocuments;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRecordTest {
  private static final long SECOND = 1_000_000_000L;

  private long now = 5 * SECOND;

  private RunRecord record() {
    return new RunRecord(List.of("ship", "hf://org/model"), "modelcar 0", Instant.EPOCH, () -> now);
  }

  private void at(double seconds) {
    now = (5 + 0L) * SECOND + (long) (seconds * SECOND);
  }

  @Test
  void aLaneHasTheTimesOfItsLayer() {
    RunRecord run = record();
    run.on(new ShipmentEvent.Begun(1, 300, 40));
    at(1);
    run.on(new ShipmentEvent.LayerBegun("a", "host/x:1", 300));
    at(2);
    run.on(new ShipmentEvent.LayerMoved("a", "host/x:1", 100));
    at(3);
    run.on(new ShipmentEvent.LayerResumed("a", "host/x:1", 50));
    run.on(new ShipmentEvent.LayerMoved("a", "host/x:1", 250));
    at(4.5);
    run.on(new ShipmentEvent.LayerDone("a", "host/x:1", Sha256.of(new byte[0]), 300));
    run.on(new ShipmentEvent.LayerReused("b", "host/x:1", 40, "mounted"));
    JsonNode timeline = run.json().get("timeline");
    JsonNode lane = timeline.get("lanes").get(0);
    assertThat(lane.get("begun").asDouble()).isEqualTo(1);
    assertThat(lane.get("first").asDouble()).isEqualTo(2);
    assertThat(lane.get("last").asDouble()).isEqualTo(3);
    assertThat(lane.get("ended").asDouble()).isEqualTo(4.5);
    assertThat(lane.get("moved").asLong()).isEqualTo(350);
    assertThat(lane.get("resumes").asLong()).isEqualTo(1);
    assertThat(lane.get("state").asText()).isEqualTo("done");
    assertThat(timeline.get("lanes").get(1).get("state").asText()).isEqualTo("mounted");
    assertThat(timeline.get("bytes").asLong()).isEqualTo(300);
    assertThat(timeline.get("reusedBytes").asLong()).isEqualTo(40);
  }

  @Test
  void itDoesNotGrowWithTheBytes() {
    RunRecord run = record();
    run.on(new ShipmentEvent.LayerBegun("a", "x", 1L << 40));
    int early = 0;
    for (int i = 0; i < 200_000; i++) {
      at(i / 10.0);
      run.on(new ShipmentEvent.LayerMoved("a", "x", 1 << 20));
      run.on(new ShipmentEvent.Waiting("try " + i, Duration.ofSeconds(1)));
      if (i == 2000) {
        early = Json.bytes(run.json()).length;
      }
    }
    JsonNode timeline = run.json().get("timeline");
    assertThat(timeline.get("samples")).hasSizeBetween(200, 512);
    assertThat(timeline.get("moreEvents").asLong()).isGreaterThan(199_000);
    assertThat(Json.bytes(run.json()).length).isLessThan(2 * early);
    JsonNode last = timeline.get("samples").get(timeline.get("samples").size() - 1);
    assertThat(last.get(1).asLong()).isGreaterThan(190_000L << 20);
  }

  @Test
  void theDocumentIsJson() throws Json.InvalidJsonException {
    RunRecord run = record();
    run.result(Json.object().put("digest", "sha256:0"));
    run.exitCode(8);
    JsonNode read = Json.parse(run.json().toString().getBytes(StandardCharsets.UTF_8));
    assertThat(read.get("schema").asText()).isEqualTo(RunRecord.SCHEMA);
    assertThat(read.at("/result/digest").asText()).isEqualTo("sha256:0");
    assertThat(read.get("exitCode").asInt()).isEqualTo(8);
    assertThat(read.has("timeline")).isFalse();
  }

  @Test
  void stepsOfARunOnAClusterAreLanes() {
    RunRecord run = record();
    at(1);
    run.step("plan", RunRecord.Step.WAITING);
    at(2);
    run.step("plan", RunRecord.Step.RUNNING);
    at(5);
    run.step("plan", RunRecord.Step.DONE);
    run.step("ship", RunRecord.Step.WAITING);
    at(6);
    run.step("ship", RunRecord.Step.FAILED);
    JsonNode lanes = run.json().at("/timeline/lanes");
    assertThat(lanes.get(0).get("begun").asDouble()).isEqualTo(1);
    assertThat(lanes.get(0).get("first").asDouble()).isEqualTo(2);
    assertThat(lanes.get(0).get("last").asDouble()).isEqualTo(5);
    assertThat(lanes.get(0).get("state").asText()).isEqualTo("done");
    assertThat(lanes.get(1).get("state").asText()).isEqualTo("failed");
    assertThat(lanes.get(1).has("first")).isFalse();
  }

  @Test
  void workersOfOneModelAreOneAndWhoIsMissingIsNamed() throws Json.InvalidJsonException {
    String part =
        "{\"part\":\"%d/4\",\"targets\":[{\"reference\":\"a/b:1\",\"status\":\"%s\",\"bytesMoved\":10,\"bytesReused\":1}],"
            + "\"layers\":[{\"name\":\"l%d\",\"digest\":\"sha256:%d\"}],\"bytesMoved\":10,\"bytesReused\":1,\"seconds\":%d}";
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    documents.put("1.json", Json.parse(part.formatted(1, "done", 1, 1, 5)));
    documents.put("3.json", Json.parse(part.formatted(3, "failed", 3, 3, 9)));
    documents.put(
        "half.json", Json.parse("{\"error\":{\"id\":\"stopped\",\"message\":\"stopped\"}}"));
    JsonNode joined = JoinedRuns.of(documents);
    assertThat(joined.get("bytesMoved").asLong()).isEqualTo(20);
    assertThat(joined.get("layers")).hasSize(2);
    assertThat(joined.get("seconds").asDouble()).isEqualTo(9);
    assertThat(joined.at("/targets/0/bytesMoved").asLong()).isEqualTo(20);
    assertThat(joined.at("/targets/0/status").asText()).isEqualTo("failed");
    assertThat(joined.get("findings").findValuesAsText("message").toString())
        .contains("parts 2/4, 4/4", "half.json has no result");
  }

  @Test
  void whatAPageOfAllWorkersShowsIsNotCountedAgain() {
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    documents.put("1.json", worker("a", 100).part("1/2", true, text -> text));
    documents.put("2.json", worker("b", 160).part("2/2", true, text -> text));
    JsonNode page = JoinedRuns.of(documents);
    for (String gone : List.of("none", "2.json")) {
      documents.remove(gone);
      Map<String, JsonNode> more = new LinkedHashMap<>(documents);
      more.put("seal.html", page);
      JsonNode joined = JoinedRuns.of(more);
      assertThat(joined.has("findings")).isFalse();
      assertThat(joined.get("bytesMoved")).isEqualTo(page.get("bytesMoved"));
      assertThat(joined.get("runs")).isEqualTo(page.get("runs"));
      assertThat(joined.at("/timeline/lanes")).isEqualTo(page.at("/timeline/lanes"));
    }
  }

  private RunRecord worker(String layer, long startedAt) {
    now = 5 * SECOND;
    RunRecord run =
        new RunRecord(
            List.of("ship", "hf://org/secret", "--to=host/x:1"),
            "modelcar 0",
            Instant.EPOCH.plusSeconds(startedAt),
            () -> now);
    run.on(new ShipmentEvent.LayerReused("had-" + layer, "host/x:1", 40, "present"));
    at(1);
    run.on(new ShipmentEvent.LayerBegun(layer, "host/x:1", 300));
    run.on(new ShipmentEvent.LayerMoved(layer, "host/x:1", 300));
    run.on(new ShipmentEvent.Waiting("token=abc", Duration.ofSeconds(1)));
    at(4);
    run.on(new ShipmentEvent.LayerDone(layer, "host/x:1", Sha256.of(new byte[0]), 300));
    return run;
  }

  @Test
  void workersThatBeganAtDifferentTimesAreOnOneClock() {
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    documents.put("b", worker("b", 160).part("2/3", true, text -> text));
    documents.put("a", worker("a", 100).part("1/3", false, text -> text.replace("abc", "-")));
    JsonNode joined = JoinedRuns.of(documents, List.of("3/3"));
    assertThat(joined.get("seconds").asDouble()).isEqualTo(64);
    assertThat(joined.get("bytesMoved").asLong()).isEqualTo(600);
    assertThat(joined.get("bytesReused").asLong()).isEqualTo(80);
    JsonNode lanes = joined.at("/timeline/lanes");
    assertThat(lanes.findValuesAsText("run")).containsOnly("part 1/3", "part 2/3");
    assertThat(joined.get("runs").findValuesAsText("outcome"))
        .containsExactly("no document", "succeeded", "incomplete");
    assertThat(joined.at("/timeline/events/0/at").asDouble()).isEqualTo(61);
    assertThat(joined.at("/timeline/events/1/text").asText()).contains("token=-");
    assertThat(joined.get("findings").findValuesAsText("rule"))
        .containsExactly("report-part-undocumented");
    assertThat(documents.toString()).doesNotContain("secret");
  }

  @Test
  void thePartOfARunIsSmallWhateverHappened() {
    RunRecord run = record();
    for (int i = 0; i < 3000; i++) {
      String layer = "layer-%d-%s".formatted(i, "x".repeat(100));
      run.on(new ShipmentEvent.LayerBegun(layer, "host/x:1", i));
      run.on(new ShipmentEvent.LayerMoved(layer, "host/x:1", i));
      run.on(new ShipmentEvent.Waiting("y".repeat(5000), Duration.ofSeconds(1)));
    }
    JsonNode part = run.part("1/2", true, text -> text);
    assertThat(part.toString().length()).isLessThan(RunDocuments.LARGEST);
    assertThat(part.at("/result/bytesMoved").asLong()).isEqualTo(3000L * 2999 / 2);
  }

  /** Of somebody else's writing: what a page could not show is made into what it can. */
  @Test
  void lanesAndEventsOfAnyFormAreJoined() throws Json.InvalidJsonException {
    JsonNode odd =
        Json.parse(
            "{\"started\":7,\"result\":{\"targets\":[]},\"timeline\":{\"lanes\":[1,{\"layer\":[],\"begun\":\"x\"}],\"events\":[null,{\"at\":{}}]}}");
    JsonNode joined = JoinedRuns.of(Map.of("odd", odd));
    assertThat(joined.at("/timeline/lanes/1/begun").isNumber()).isTrue();
    assertThat(joined.at("/timeline/events/1/at").isNumber()).isTrue();
  }

  @Test
  void aPageGivesBackItsDocument() throws java.io.IOException {
    RunRecord run = record();
    run.result(Json.object().put("text", "<b>".repeat(50)));
    assertThat(Page.read(Page.of(run.json())).get("result")).isEqualTo(run.json().get("result"));
    run.result(Json.object().put("text", "<b>".repeat(50_000)));
    assertThat(Page.read(Page.of(run.json())).get("result")).isEqualTo(run.json().get("result"));
  }
}
