package dev.modelcar.cli.commands.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.report.JoinedRuns;
import dev.modelcar.report.Page;
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
  static int show(Console console, List<Path> files) {
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    for (Path file : files) {
      documents.put(file.toString(), read(file));
    }
    ObjectNode joined = JoinedRuns.of(documents);
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

  private static JsonNode read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.stripLeading().startsWith("<") ? Page.read(text) : Json.parse(bytes);
    } catch (IOException e) {
      throw Usage.invalid(
          "%s cannot be read as a run's JSON or page: %s".formatted(file, e.getMessage()));
    }
  }
}
