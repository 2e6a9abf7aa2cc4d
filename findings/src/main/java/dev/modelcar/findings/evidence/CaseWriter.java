package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a case as a folder that {@link CaseFolder} reads. */
public final class CaseWriter {
  static final String GAPS = "gaps.txt";
  private static final String OBJECTS = "objects.json";
  private static final String TEXTS = "output.txt";

  private CaseWriter() {}

  /**
   * Writes a case as it is, so that it has to be without secrets.
   *
   * @throws ModelcarException if the folder has something in it, or cannot be written
   */
  public static void write(Case known, Path folder) {
    try {
      Files.createDirectories(folder);
      if (!CaseFolder.files(folder).isEmpty()) {
        throw new ModelcarException(
            CoreError.USAGE_INVALID, "the folder %s is not empty".formatted(folder));
      }
      write(folder.resolve(OBJECTS), known, false);
      write(folder.resolve("servers.json"), known, true);
      Path logs = Files.createDirectories(folder.resolve("logs"));
      for (ContainerLog log : known.logs()) {
        String name =
            log.pod()
                + (log.container().isEmpty() ? "" : "." + log.container())
                + (log.previous() ? ".previous" : "")
                + ".log";
        write(logs.resolve(name.replace('/', '_')), log.lines());
      }
      if (!known.texts().isEmpty()) {
        write(folder.resolve(TEXTS), known.texts());
      }
      if (!known.gaps().isEmpty()) {
        write(folder.resolve(GAPS), known.gaps());
      }
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "%s cannot be written: %s".formatted(folder, IoReason.of(e)), e);
    }
  }

  /** Whether a file has the texts of a case that was written here. */
  static boolean isText(Path file) {
    return file.endsWith(TEXTS) && Files.isRegularFile(file.resolveSibling(OBJECTS));
  }

  private static void write(Path file, Case known, boolean views) throws IOException {
    ArrayNode items = Json.array();
    known.objects().stream()
        .filter(object -> ServerView.is(object) == views)
        .forEach(object -> items.add(object.node()));
    if (!views || !items.isEmpty()) {
      Files.writeString(
          file,
          Json.pretty(Json.object().put("apiVersion", "v1").put("kind", "List").set("items", items))
              + "\n");
    }
  }

  private static void write(Path file, List<String> lines) throws IOException {
    Files.write(file, lines, StandardCharsets.UTF_8);
  }
}
