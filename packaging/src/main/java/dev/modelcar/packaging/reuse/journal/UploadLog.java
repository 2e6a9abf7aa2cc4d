package dev.modelcar.packaging.reuse.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.oci.UploadMemory;
import java.net.URI;
import java.util.Optional;

/** The upload of one layer to one repository; its last line counts. */
final class UploadLog implements UploadMemory {
  private static final String SHELF = "uploads";

  private final Logs logs;
  private final String about;
  private final Runnable closed;

  /**
   * @param closed runs when nobody works on the upload any more
   */
  UploadLog(Logs logs, String about, Runnable closed) {
    this.logs = logs;
    this.about = about;
    this.closed = closed;
  }

  @Override
  public void close() {
    closed.run();
  }

  @Override
  public Optional<OpenUpload> recall() {
    return logs.open(SHELF, about).flatMap(RecordLog::last).flatMap(UploadLog::read);
  }

  private static Optional<OpenUpload> read(JsonNode document) {
    try {
      return Json.text(document, "session")
          .map(URI::create)
          .map(session -> new OpenUpload(session, document.path("confirmed").asLong()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void remember(OpenUpload upload) {
    ObjectNode document = Json.object();
    document.put("session", upload.session().toString());
    document.put("confirmed", upload.confirmed());
    logs.open(SHELF, about).ifPresent(log -> log.append(document));
  }

  @Override
  public void forget() {
    logs.remove(SHELF, about);
  }
}
