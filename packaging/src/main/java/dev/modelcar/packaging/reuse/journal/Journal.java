package dev.modelcar.packaging.reuse.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.packaging.layers.Checkpoints;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.source.FileIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A memory in a folder of this machine. Its shelves are
 *
 * <ul>
 *   <li>{@code layers}: a file for each recipe, with the layer that it gave,
 *   <li>{@code files}: a file for each model file of this machine, with its identity and its
 *       digest,
 *   <li>{@code uploads}: a log for each upload of a layer to a repository,
 *   <li>{@code checkpoints}: a log for each layer, with the states of its hashes.
 * </ul>
 *
 * <p>Every line carries a checksum. What is damaged is set aside and never believed; what cannot be
 * written is done without. Several processes may use one folder.
 */
public final class Journal implements Memory, AutoCloseable {
  private static final Duration KEPT = Duration.ofDays(90);

  private final StateFolder folder;
  private final Logs logs;
  private final Map<Digest, Checkpoints> checkpoints = new HashMap<>();
  private final Set<String> uploading = ConcurrentHashMap.newKeySet();

  private Journal(StateFolder folder) {
    this.folder = folder;
    this.logs = new Logs(folder);
  }

  /**
   * Opens the memory in a folder, and removes from it what was not used for three months.
   *
   * @param path of the folder, made when something is written
   * @param notes for what the user should know
   */
  public static Journal open(Path path, Instant now, Consumer<String> notes) {
    StateFolder folder = new StateFolder(path, notes);
    folder.tidy(now, KEPT);
    return new Journal(folder);
  }

  // ---- layers and files ----

  @Override
  public Optional<KnownLayer> layer(Digest recipe) {
    return document("layers", recipe.hex())
        .filter(document -> document.path("recipe").asText().equals(recipe.toString()))
        .flatMap(document -> {
          Optional<Digest> digest = digest(document, "digest");
          Optional<Digest> diffId = digest(document, "diffId");
          if (digest.isEmpty() || diffId.isEmpty()) {
            return Optional.empty();
          }
          Descriptor descriptor =
              Descriptor.of(
                  document.path("mediaType").asText(),
                  digest.get(),
                  document.path("size").asLong(),
                  Json.texts(document, "annotations"));
          return Optional.of(new KnownLayer(descriptor, diffId.get()));
        });
  }

  @Override
  public void rememberLayer(Digest recipe, KnownLayer layer) {
    ObjectNode document = Json.object();
    document.put("version", RecordLog.VERSION);
    document.put("recipe", recipe.toString());
    document.put("mediaType", layer.descriptor().mediaType());
    document.put("digest", layer.descriptor().digest().toString());
    document.put("size", layer.descriptor().size());
    document.put("diffId", layer.diffId().toString());
    ObjectNode annotations = document.putObject("annotations");
    layer.descriptor().annotations().forEach(annotations::put);
    write("layers", recipe.hex(), document);
  }

  @Override
  public Optional<Digest> content(FileIdentity file) {
    return document("files", Logs.name(file.absolutePath()))
        .filter(document -> identity(file).equals(document.path("file")))
        .flatMap(document -> digest(document, "sha256"));
  }

  @Override
  public void rememberContent(FileIdentity file, Digest sha256) {
    ObjectNode document = Json.object();
    document.put("version", RecordLog.VERSION);
    document.set("file", identity(file));
    document.put("sha256", sha256.toString());
    write("files", Logs.name(file.absolutePath()), document);
  }

  /** As text, so that what was written compares equal to what is read. */
  private static JsonNode identity(FileIdentity file) {
    return Json.array()
        .add(file.absolutePath())
        .add(Long.toString(file.size()))
        .add(Long.toString(file.modifiedNanos()))
        .add(file.key());
  }

  private static Optional<Digest> digest(JsonNode document, String key) {
    return Json.text(document, key).flatMap(Digest::parse);
  }

  private Optional<JsonNode> document(String shelf, String name) {
    Path file = folder.file(shelf, name);
    Optional<byte[]> bytes = folder.read(file);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Lines.Content content = Lines.parse(bytes.get());
    boolean whole = content.documents().size() == 1 && content.bytes() == bytes.get().length;
    if (!whole) {
      folder.setAside(file);
      return Optional.empty();
    }
    return Optional.of(content.documents().getFirst())
        .filter(document -> document.path("version").asInt() == RecordLog.VERSION);
  }

  private void write(String shelf, String name, JsonNode document) {
    folder.write(folder.file(shelf, name), Lines.line(document));
  }

  // ---- uploads ----

  @Override
  public UploadMemory upload(ImageReference target, Digest identity) {
    if (!(target instanceof ImageReference.Registry registry)) {
      return UploadMemory.none();
    }
    String about = registry.name() + " " + identity;
    // Two that went on with one session would each write into what the other sends.
    return uploading.add(about)
        ? new UploadLog(logs, about, () -> uploading.remove(about))
        : UploadMemory.none();
  }

  @Override
  public synchronized Checkpoints checkpoints(Digest identity) {
    return checkpoints.computeIfAbsent(
        identity, layer -> new CheckpointLog(logs, layer.toString()));
  }

  @Override
  public void close() {
    logs.close();
  }
}
