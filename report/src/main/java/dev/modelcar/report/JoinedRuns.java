package dev.modelcar.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The runs of several machines as one: workers that shipped parts of a model, and whoever sealed
 * them. Takes what commands print as JSON, and documents of runs. What is missing is a finding.
 */
public final class JoinedRuns {
  private static final Pattern PART = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  private final Map<String, ObjectNode> targets = new LinkedHashMap<>();
  private final Map<String, JsonNode> layers = new LinkedHashMap<>();
  private final ArrayNode runs = Json.array();
  private final ArrayNode findings = Json.array();
  private final SortedSet<Integer> parts = new TreeSet<>();
  private final ArrayNode lanes = Json.array();
  private final ArrayNode events = Json.array();
  private final ObjectNode model = Json.object();
  private int partCount;
  private long moved;
  private long moreEvents;
  private Optional<Instant> zero = Optional.empty();
  private long reused;
  private double seconds;
  private String digest = "";

  private JoinedRuns() {}

  /**
   * Joins documents.
   *
   * @param documents by the names of their files
   * @return what the page shows as the result of all of them, with their timeline beside it
   */
  public static ObjectNode of(Map<String, JsonNode> documents) {
    return of(documents, List.of());
  }

  /**
   * Joins documents.
   *
   * @param undocumented parts, such as {@code 2/4}, that are there without a document
   */
  public static ObjectNode of(Map<String, JsonNode> documents, List<String> undocumented) {
    JoinedRuns joined = new JoinedRuns();
    joined.zero =
        documents.values().stream()
            .flatMap(one -> started(one).stream())
            .min(Comparator.naturalOrder());
    undocumented.forEach(joined::undocumented);
    Set<String> shown =
        documents.values().stream()
            .flatMap(document -> runsOf(document).stream())
            .map(run -> run.path("part").asText())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.toSet());
    documents.forEach((name, document) -> {
      // What a page of all workers shows is not counted again.
      if (!shown.contains(result(document).path("part").asText())) {
        joined.add(name, document);
      }
    });
    return joined.json();
  }

  private static JsonNode result(JsonNode document) {
    return isRun(document) ? document.path("result") : document;
  }

  /** The runs that a document shows which is itself of several, such as the page of a seal. */
  private static List<JsonNode> runsOf(JsonNode document) {
    return result(document).path("runs").valueStream().toList();
  }

  private static Optional<Instant> started(JsonNode document) {
    try {
      return Optional.of(Instant.parse(document.path("started").asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private void undocumented(String part) {
    part(part);
    finding(
        "info",
        "report-part-undocumented",
        "part %s has no document of its run".formatted(part),
        "Ship parts with this version of modelcar: earlier ones leave none.");
    runs.addObject()
        .put("file", "part " + part)
        .put("part", part)
        .put("outcome", "no document")
        .put("bytesMoved", 0L)
        .put("bytesReused", 0L)
        .put("seconds", 0.0);
  }

  private void add(String name, JsonNode document) {
    JsonNode result = result(document);
    if (!result.isObject() || !result.has("targets")) {
      finding(
          "warning",
          "report-incomplete",
          name + " has no result: the run was stopped, or it was of another command",
          "Add the output of the run that took its place.");
    }
    for (String key : List.of("source", "selection", "registration", "deployment")) {
      if (result.has(key) && !model.has(key)) {
        model.set(key, result.get(key));
      }
    }
    digest = result.path("digest").asText(digest);
    moved += result.path("bytesMoved").asLong();
    reused += result.path("bytesReused").asLong();
    double took = result.path("seconds").asDouble(document.path("seconds").asDouble());
    double offset =
        started(document)
            .flatMap(start -> zero.map(first -> Duration.between(first, start).toMillis() / 1000.0))
            .orElse(0.0);
    seconds = Math.max(seconds, offset + took);
    result.path("targets").forEach(this::target);
    result
        .path("layers")
        .forEach(layer -> layers.putIfAbsent(layer.path("digest").asText(), layer));
    List<JsonNode> several = runsOf(document);
    several.forEach(run -> part(run.path("part").asText()));
    several.forEach(runs::add);
    String own = result.path("part").asText();
    if (several.isEmpty()) {
      part(own);
      ObjectNode run = runs.addObject().put("file", name).put("part", own);
      run.put("outcome", outcome(document, result));
      run.put("bytesMoved", result.path("bytesMoved").asLong());
      run.put("bytesReused", result.path("bytesReused").asLong());
      run.put("seconds", result.path("seconds").asDouble());
    }
    JsonNode timeline = (several.isEmpty() ? document : result).path("timeline");
    for (JsonNode lane : timeline.path("lanes")) {
      String run = lane.path("run").asText(own.isEmpty() ? "" : "part " + own);
      lanes.add(lane(lane, run, offset));
    }
    for (JsonNode event : timeline.path("events")) {
      events
          .addObject()
          .put("at", rounded(offset + event.path("at").asDouble()))
          .put("kind", event.path("kind").asText())
          .put("text", event.path("text").asText());
    }
    moreEvents += timeline.path("moreEvents").asLong();
  }

  /** A lane with its times on the clock of the run that began first; what else it has stays out. */
  private static ObjectNode lane(JsonNode lane, String run, double offset) {
    ObjectNode moved = Json.object();
    if (!run.isEmpty()) {
      moved.put("run", run);
    }
    for (String key : List.of("layer", "target", "state", "digest")) {
      if (lane.has(key) || !key.equals("digest")) {
        moved.put(key, lane.path(key).asText());
      }
    }
    moved.put("size", lane.path("size").asLong()).put("moved", lane.path("moved").asLong());
    for (String key : List.of("begun", "first", "last", "ended")) {
      if (lane.has(key)) {
        moved.put(key, rounded(offset + lane.path(key).asDouble()));
      }
    }
    if (lane.has("resumes")) {
      moved.put("resumes", lane.path("resumes").asLong());
    }
    return moved;
  }

  private static double rounded(double at) {
    return Math.round(at * 1e3) / 1e3;
  }

  private static boolean isRun(JsonNode document) {
    return document.path("schema").asText().equals(RunRecord.SCHEMA);
  }

  private static String outcome(JsonNode document, JsonNode result) {
    if (result.has("error")) {
      return "failed: " + result.at("/error/message").asText();
    }
    for (JsonNode target : result.path("targets")) {
      if (target.path("status").asText().equals("failed")) {
        return "failed: " + target.at("/error/message").asText();
      }
    }
    boolean ended = !isRun(document) || document.has("exitCode");
    return ended && result.has("targets") && document.path("exitCode").asInt() == 0
        ? "succeeded"
        : "incomplete";
  }

  private void target(JsonNode target) {
    String reference = target.path("reference").asText();
    ObjectNode known =
        targets.computeIfAbsent(
            reference,
            key ->
                Json.object()
                    .put("reference", key)
                    .put("status", "done")
                    .put("bytesMoved", 0L)
                    .put("bytesReused", 0L));
    known.put("bytesMoved", known.get("bytesMoved").asLong() + target.path("bytesMoved").asLong());
    known.put(
        "bytesReused", known.get("bytesReused").asLong() + target.path("bytesReused").asLong());
    if (target.path("status").asText().equals("failed")) {
      known.put("status", "failed");
      known.set("error", target.path("error"));
    }
  }

  private void part(String text) {
    Matcher part = PART.matcher(text);
    if (part.matches()) {
      parts.add(Integer.parseInt(part.group(1)));
      partCount = Math.max(partCount, Integer.parseInt(part.group(2)));
    }
  }

  private void finding(String severity, String rule, String message, String fix) {
    ObjectNode finding =
        findings.addObject().put("severity", severity).put("rule", rule).put("message", message);
    finding.putArray("fix").add(fix);
  }

  private ObjectNode json() {
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= partCount && missing.size() < 100; i++) {
      if (!parts.contains(i)) {
        missing.add(i + "/" + partCount);
      }
    }
    if (!missing.isEmpty()) {
      finding(
          "warning",
          "report-part-missing",
          "nothing is here of the parts " + String.join(", ", missing),
          "Add the JSON of these workers.");
    }
    ObjectNode result = Json.object();
    result.setAll(model);
    if (!digest.isEmpty()) {
      result.put("digest", digest);
    }
    targets.values().forEach(result.putArray("targets")::add);
    layers.values().forEach(result.putArray("layers")::add);
    result.put("bytesMoved", moved).put("bytesReused", reused).put("seconds", seconds);
    result.set("runs", runs);
    if (!findings.isEmpty()) {
      result.set("findings", findings);
    }
    if (!lanes.isEmpty()) {
      ObjectNode timeline = result.putObject("timeline");
      timeline.put("bytes", moved).put("reusedBytes", reused);
      timeline.set("lanes", lanes);
      timeline.putArray("targets");
      timeline.putArray("samples");
      timeline.set("events", events);
      if (moreEvents > 0) {
        timeline.put("moreEvents", moreEvents);
      }
    }
    return result;
  }
}
