package dev.modelcar.packaging.reuse.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.layers.Checkpoints;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The checkpoints of one layer. */
final class CheckpointLog implements Checkpoints {
  private static final String SHELF = "checkpoints";

  private final Logs logs;
  private final String about;
  private final TreeMap<Long, Checkpoint> known = new TreeMap<>();
  private Optional<RecordLog> log = Optional.empty();
  private boolean opened;

  CheckpointLog(Logs logs, String about) {
    this.logs = logs;
    this.about = about;
  }

  private Optional<RecordLog> log() {
    if (!opened) {
      opened = true;
      log = logs.open(SHELF, about);
      for (JsonNode document : log.map(RecordLog::found).orElse(List.of())) {
        read(document).ifPresent(found -> known.put(found.position(), found));
      }
    }
    return log;
  }

  private static Optional<Checkpoint> read(JsonNode document) {
    try {
      Map<Integer, Digest> contents = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : document.path("contents").properties()) {
        contents.put(
            Integer.valueOf(entry.getKey()),
            Digest.parse(entry.getValue().asText())
                .orElseThrow(() -> new IllegalArgumentException("no digest")));
      }
      return Optional.of(
          new Checkpoint(
              document.path("position").asLong(),
              document.path("layer").asText(),
              document.path("file").asText(),
              contents));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized Optional<Checkpoint> before(long offset) {
    var _ = log();
    return Optional.ofNullable(known.floorEntry(offset)).map(Map.Entry::getValue);
  }

  @Override
  public synchronized void remember(Checkpoint checkpoint) {
    Optional<RecordLog> open = log();
    if (known.containsKey(checkpoint.position())) {
      return;
    }
    ObjectNode document = Json.object();
    document.put("position", checkpoint.position());
    document.put("layer", checkpoint.layer());
    document.put("file", checkpoint.file());
    ObjectNode contents = document.putObject("contents");
    checkpoint
        .contents()
        .forEach((entry, digest) -> contents.put(entry.toString(), digest.toString()));
    open.ifPresent(to -> to.append(document));
  }

  @Override
  public synchronized void forget() {
    known.clear();
    opened = false;
    logs.remove(SHELF, about);
  }
}
