package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.LayerPlan;
import dev.modelcar.packaging.ShipmentPreview;
import dev.modelcar.packaging.ShipmentTarget;
import dev.modelcar.packaging.Shipper;
import java.util.List;

/** Says what a shipment would move. */
final class Previews {
  private final Console console;

  Previews(Console console) {
    this.console = console;
  }

  int show(LayerPlan plan, List<ShipmentTarget> targets, Shipper shipper) {
    ShipmentPreview preview = shipper.preview(plan);
    console.document(document(plan, targets, preview));
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
