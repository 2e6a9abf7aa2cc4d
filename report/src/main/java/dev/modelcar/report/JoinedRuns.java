package dev.modelcar.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    JoinedRuns joined = new JoinedRuns();
    documents.forEach(joined::add);
    return joined.json();
  }

  private void add(String name, JsonNode document) {
    boolean isRun = document.path("schema").asText().equals(RunRecord.SCHEMA);
    JsonNode result = isRun ? document.path("result") : document;
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
    seconds =
        Math.max(seconds, result.path("seconds").asDouble(document.path("seconds").asDouble()));
    result.path("targets").forEach(this::target);
    result
        .path("layers")
        .forEach(layer -> layers.putIfAbsent(layer.path("digest").asText(), layer));
    part(result.path("part").asText());
    ObjectNode run = runs.addObject().put("file", name).put("part", result.path("part").asText());
    run.put("outcome", outcome(document, result));
    run.put("bytesMoved", result.path("bytesMoved").asLong());
    run.put("bytesReused", result.path("bytesReused").asLong());
    run.put("seconds", result.path("seconds").asDouble());
    document.at("/timeline/lanes").forEach(lanes::add);
    document.at("/timeline/events").forEach(events::add);
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
    return result.has("targets") && document.path("exitCode").asInt() == 0
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
    }
    return result;
  }
}
