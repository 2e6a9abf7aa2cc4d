package dev.modelcar.cli.commands.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.report.JoinedRuns;
import dev.modelcar.report.Page;
import dev.modelcar.report.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins what runs have printed. */
final class SavedRuns {
  private SavedRuns() {}

  /**
   * @throws ModelcarException if a file cannot be read, or is neither JSON nor a page
   */
  static int show(Console console, List<Path> files, List<PartRuns> parts) {
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    parts.forEach(part -> documents.putAll(part.documents()));
    for (Path file : files) {
      documents.put(file.toString(), checked(file, read(file)));
    }
    ObjectNode joined =
        JoinedRuns.of(
            documents, parts.stream().flatMap(part -> part.undocumented().stream()).toList());
    for (JsonNode run : joined.get("runs")) {
      console.result(
          "%s: %s%s, moved %s, reused %s"
              .formatted(
                  run.get("file").asText(),
                  run.get("part").asText().isEmpty()
                      ? ""
                      : "part " + run.get("part").asText() + ", ",
                  run.get("outcome").asText(),
                  ByteSize.format(run.get("bytesMoved").asLong()),
                  ByteSize.format(run.get("bytesReused").asLong())));
    }
    for (JsonNode finding : joined.path("findings")) {
      console.warn(finding.get("message").asText());
    }
    console.document(joined);
    return 0;
  }

  /** What is no run must not be counted as one that moved nothing. */
  private static JsonNode checked(Path file, JsonNode document) {
    String schema = document.path("schema").asText();
    boolean other = !schema.isEmpty() && !schema.equals(RunRecord.SCHEMA);
    if (other && schema.startsWith(RunRecord.SCHEMA.replaceFirst("/.*", "/"))) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID,
          "%s was written by another version of modelcar: its schema is %s, not %s"
              .formatted(file, schema, RunRecord.SCHEMA),
          "Join it with the version that wrote it.",
          null);
    }
    boolean run =
        schema.equals(RunRecord.SCHEMA)
            || document.at("/targets/0").has("status")
            || document.at("/error").has("id");
    if (!run || other) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID,
          "%s is not what a run printed: it is %s"
              .formatted(
                  file,
                  document.isObject()
                      ? "JSON of something else, or of a command that ships nothing"
                      : "no JSON object"),
          "Give what ship, seal, copy or mirror printed with --output json, or a page of --html.",
          null);
    }
    return document;
  }

  private static JsonNode read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.stripLeading().startsWith("<") ? Page.read(text) : Json.parse(bytes);
    } catch (IOException e) {
      throw Usage.invalid(
          "%s cannot be read as a run's JSON or page: %s".formatted(file, IoReason.of(e)));
    }
  }
}
