package dev.modelcar.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.source.ModelFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What a run did, while it is at work and afterwards: the command, the files of the model, the
 * events of the shipment, and the document that the command prints as JSON. Safe for use by several
 * threads.
 */
public final class RunRecord implements ShipmentListener {
  /** Names the form of the document; it changes when a key is removed or means something else. */
  public static final String SCHEMA = "modelcar.run/1";

  private final List<String> command;
  private final String version;
  private final Instant started;
  private final Timeline timeline;
  private final List<PlannedLayer> layers = new ArrayList<>();
  private Optional<ObjectNode> result = Optional.empty();
  private Optional<Function<ObjectNode, ObjectNode>> joined = Optional.empty();
  private Optional<Integer> exitCode = Optional.empty();

  /**
   * The record of a run that begins now.
   *
   * @param command the words of the command line, none of which is a secret
   * @param version of this program, and of what it runs on
   */
  public RunRecord(List<String> command, String version, Instant started, LongSupplier nanoTime) {
    this.command = List.copyOf(command);
    this.version = version;
    this.started = started;
    this.timeline = new Timeline(nanoTime);
  }

  @Override
  public void on(ShipmentEvent event) {
    timeline.on(event);
  }

  /** How far a step of a run on a cluster is. */
  public enum Step {
    WAITING,
    RUNNING,
    DONE,
    FAILED
  }

  /** A step of a run on a cluster goes on. */
  public void step(String name, Step step) {
    timeline.step(name, step);
  }

  /** The layers that are to be, with their files. */
  public synchronized void plan(List<PlannedLayer> planned) {
    layers.clear();
    layers.addAll(planned);
  }

  /** What the command prints as JSON. */
  public synchronized void result(ObjectNode document) {
    result = Optional.of(document);
  }

  public synchronized void exitCode(int code) {
    exitCode = Optional.of(code);
  }

  /** What other machines did for this run: their documents are shown with it as one. */
  public synchronized void join(Map<String, JsonNode> others, List<String> undocumented) {
    joined =
        Optional.of(own -> {
          Map<String, JsonNode> all = new LinkedHashMap<>(others);
          all.put(command.isEmpty() ? "this run" : command.getFirst(), own);
          ObjectNode result = JoinedRuns.of(all, undocumented);
          if (own.at("/result/error").isObject()) {
            result.set("error", own.at("/result/error"));
          }
          return result;
        });
  }

  /**
   * The run so far, of one part of a model, for whoever joins all parts. It is small, and has
   * nothing of this machine: no command line, no folder.
   *
   * @param part such as {@code 2/4}
   * @param complete whether the targets have all of it
   * @param redact removes what not everybody may read
   */
  public ObjectNode part(String part, boolean complete, UnaryOperator<String> redact) {
    ObjectNode json = Json.object().put("schema", SCHEMA);
    json.putArray("command").add("ship").add("--part").add(part);
    json.put("version", version).put("started", started.toString());
    json.put("seconds", timeline.now());
    ObjectNode result = timeline.result(redact);
    if (complete) {
      json.put("exitCode", 0);
    }
    json.set("timeline", timeline.compact(redact));
    json.set("result", result.put("part", part).put("seconds", timeline.now()));
    return json;
  }

  /** The document: what has happened so far. */
  public synchronized ObjectNode json() {
    ObjectNode json = Json.object().put("schema", SCHEMA);
    ArrayNode words = json.putArray("command");
    command.forEach(words::add);
    json.put("version", version);
    json.put("started", started.toString());
    json.put("seconds", timeline.now());
    exitCode.ifPresent(code -> json.put("exitCode", code));
    if (!layers.isEmpty()) {
      ArrayNode files = json.putArray("files");
      for (PlannedLayer layer : layers) {
        for (ModelFile file : layer.files()) {
          ObjectNode entry = files.addObject();
          entry.put("path", file.path()).put("bytes", file.size()).put("layer", layer.name());
          file.content().ifPresent(digest -> entry.put("digest", digest.toString()));
        }
      }
    }
    if (!timeline.isEmpty()) {
      json.set("timeline", timeline.json());
    }
    result.ifPresent(document -> json.set("result", document));
    joined.ifPresent(others -> {
      json.set("result", others.apply(json.deepCopy()));
      json.remove("timeline");
    });
    return json;
  }
}
