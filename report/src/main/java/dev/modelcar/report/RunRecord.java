package dev.modelcar.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.source.ModelFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What a run did, while it is at work and afterwards: the command, the files of the model, the
 * events of the shipment, and the document that the command prints as JSON. Safe for use by several
 * threads.
 */
public final class RunRecord implements ShipmentListener {
  /** Names the form of the document; it changes when a key is removed or means something else. */
  public static final String SCHEMA = "modelcar.run/1";

  private static final String HIDDEN = "***";
  private static final Pattern SECRET_OPTION = Pattern.compile("--?[\\w-]*(password|token|secret)");

  /** Files and Secrets are named, which gives nothing away. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile("(?i)([\\w.-]*(?:password|token|secret|apikey|api-key))=.+");

  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]+@");
  private static final Pattern QUERY = Pattern.compile("(?<=://[^?\\s]{1,2000})\\?\\S+");
  private static final Pattern TOKEN =
      Pattern.compile(
          "hf_[A-Za-z0-9]{8,}|eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*|(?i:bearer|basic) \\S+");

  private final List<String> command;
  private final String version;
  private final Instant started;
  private final Timeline timeline;
  private final List<PlannedLayer> layers = new ArrayList<>();
  private Optional<ObjectNode> result = Optional.empty();
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

  /** The words of a command line without what might be a secret. */
  public static List<String> safe(List<String> words) {
    List<String> safe = new ArrayList<>();
    boolean secret = false;
    for (String word : words) {
      if (secret && !word.startsWith("-")) {
        safe.add(HIDDEN);
        secret = false;
        continue;
      }
      secret = SECRET_OPTION.matcher(word).matches();
      String text = SECRET_VALUE.matcher(word).replaceAll("$1=" + HIDDEN);
      text = USER_INFO.matcher(text).replaceAll("://" + HIDDEN + "@");
      text = QUERY.matcher(text).replaceAll("?" + HIDDEN);
      safe.add(TOKEN.matcher(text).replaceAll(HIDDEN));
    }
    return safe;
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
    return json;
  }
}
