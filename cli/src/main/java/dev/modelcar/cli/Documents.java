package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.Locale;

/** The JSON that commands print. Keys are only ever added. */
final class Documents {
  private Documents() {}

  static ObjectNode error(ModelcarException e) {
    ObjectNode json = Json.object();
    json.put("id", e.code().id());
    json.put("category", e.code().category().name().toLowerCase(Locale.ROOT));
    json.put("message", String.valueOf(e.getMessage()));
    json.put("hint", e.hint());
    json.put("exitCode", e.code().category().exitCode());
    json.put("retryHelps", e.code().retryHelps());
    e.request()
        .ifPresent(request -> {
          ObjectNode node = json.putObject("request").put("host", request.host());
          request.repository().ifPresent(repository -> node.put("repository", repository));
          request.digest().ifPresent(digest -> node.put("digest", digest.toString()));
          request.status().ifPresent(status -> node.put("status", status));
        });
    return json;
  }

  /** The source at the very commit that was found. */
  static String pinned(Snapshot snapshot) {
    return snapshot.reference() instanceof SourceReference.Hub hub
        ? new SourceReference.Hub(hub.repository(), snapshot.info().revision()).toString()
        : snapshot.reference().toString();
  }

  static ObjectNode source(Snapshot snapshot) {
    ObjectNode json = Json.object();
    json.put("reference", snapshot.reference().toString());
    snapshot.info().revision().ifPresent(revision -> json.put("revision", revision));
    snapshot.info().title().ifPresent(title -> json.put("title", title));
    json.put("files", snapshot.files().size());
    return json;
  }

  static ObjectNode selection(Selection selection) {
    ObjectNode json = Json.object();
    json.put("files", selection.files().size());
    json.put("bytes", selection.size());
    ArrayNode dropped = json.putArray("dropped");
    for (Selection.Dropped d : selection.dropped()) {
      dropped
          .addObject()
          .put("path", d.file().path())
          .put("bytes", d.file().size())
          .put("reason", d.reason().name().toLowerCase(Locale.ROOT))
          .put("evidence", d.evidence());
    }
    ArrayNode notes = json.putArray("notes");
    selection.notes().forEach(notes::add);
    return json;
  }

  static void report(ObjectNode json, ShipmentReport report) {
    json.put("digest", report.image().toString());
    ArrayNode targets = json.putArray("targets");
    for (ShipmentReport.TargetOutcome target : report.targets()) {
      ObjectNode node = targets.addObject();
      node.put("reference", target.reference());
      node.put("status", target.failure().isEmpty() ? "done" : "failed");
      node.put("bytesMoved", target.bytesMoved());
      node.put("bytesReused", target.bytesReused());
      target.failure().ifPresent(failure -> node.set("error", error(failure)));
    }
    ArrayNode layers = json.putArray("layers");
    for (ShipmentReport.LayerOutcome layer : report.layers()) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("digest", layer.descriptor().digest().toString())
          .put("bytes", layer.descriptor().size())
          .put("mediaType", layer.descriptor().mediaType())
          .put("read", layer.read());
    }
    json.put("bytesMoved", report.bytesMoved());
    json.put("bytesReused", report.bytesReused());
    json.put("seconds", report.duration().toMillis() / 1000.0);
  }
}
