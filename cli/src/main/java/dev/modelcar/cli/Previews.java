package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says what a shipment would move. */
final class Previews {
  private final Console console;
  private final int parts;

  Previews(Console console) {
    this(console, 0);
  }

  private Previews(Console console, int parts) {
    this.console = console;
    this.parts = parts;
  }

  /** Also says how the layers are shared out. */
  Previews inParts(int count) {
    return new Previews(console, count);
  }

  int show(PlanningOptions.Planned planned, Shipper shipper) {
    LayerPlan plan = planned.plan();
    List<ShipmentTarget> targets = planned.targets();
    ShipmentPreview preview = shipper.preview(plan);
    ObjectNode json = document(plan, targets, preview);
    Map<String, String> results =
        new LinkedHashMap<>(Reports.provenance(plan.selection().snapshot()));
    results.put("SOURCE", Documents.pinned(plan.selection().snapshot()));
    results.put("MODEL_BYTES", Long.toString(plan.size()));
    if (parts > 0) {
      share(plan, json, results);
    }
    console.document(json);
    console.results(results);
    console.result("%-10s  %-12s  %s".formatted("size", "in targets", "layer"));
    for (ShipmentPreview.Layer layer : preview.layers()) {
      console.result(
          "%-10s  %-12s  %s"
              .formatted(
                  ByteSize.format(layer.size()),
                  present(layer, targets.size()),
                  layer.name() + (layer.ofModel() ? "" : " (base)")));
    }
    for (int i = 0; i < targets.size(); i++) {
      console.result(
          "%s would be moved to %s"
              .formatted(ByteSize.format(preview.lackedBy(i)), targets.get(i).reference()));
    }
    if (targets.isEmpty()) {
      console.result(
          "%s in %s"
              .formatted(
                  ByteSize.format(plan.size()), Texts.count(preview.layers().size(), "layer")));
    }
    return 0;
  }

  private void share(LayerPlan plan, ObjectNode json, Map<String, String> results) {
    ArrayNode nodes = json.putArray("parts");
    ArrayNode names = Json.array();
    for (Part part : Part.all(parts)) {
      List<PlannedLayer> layers = part.layersOf(plan);
      long bytes = layers.stream().mapToLong(PlannedLayer::size).sum();
      nodes
          .addObject()
          .put("part", part.toString())
          .put("layers", layers.size())
          .put("bytes", bytes);
      names.add(part.toString());
      console.result(
          "part %s: %s in %s"
              .formatted(part, ByteSize.format(bytes), Texts.count(layers.size(), "layer")));
    }
    results.put("PARTS", new String(Json.bytes(names), StandardCharsets.UTF_8));
    results.put("PART_COUNT", Integer.toString(parts));
  }

  private static String present(ShipmentPreview.Layer layer, int targets) {
    long having = layer.present().stream().filter(present -> present).count();
    if (targets == 0) {
      return "-";
    }
    if (targets == 1) {
      return having == 1 ? "yes" : "no";
    }
    return having + " of " + targets;
  }

  private static ObjectNode document(
      LayerPlan plan, List<ShipmentTarget> targets, ShipmentPreview preview) {
    ObjectNode json = Json.object();
    json.set("source", Documents.source(plan.selection().snapshot()));
    json.set("selection", Documents.selection(plan.selection()));
    plan.id().ifPresent(id -> json.put("plan", id.toString()));
    ArrayNode layers = json.putArray("layers");
    for (ShipmentPreview.Layer layer : preview.layers()) {
      ObjectNode node = layers.addObject();
      node.put("name", layer.name());
      node.put("bytes", layer.size());
      node.put("base", !layer.ofModel());
      layer.known().ifPresent(known -> node.put("digest", known.digest().toString()));
      ArrayNode present = node.putArray("present");
      layer.present().forEach(present::add);
    }
    ArrayNode lacking = json.putArray("targets");
    for (int i = 0; i < targets.size(); i++) {
      lacking
          .addObject()
          .put("reference", targets.get(i).reference().toString())
          .put("bytesToMove", preview.lackedBy(i));
    }
    return json;
  }
}
