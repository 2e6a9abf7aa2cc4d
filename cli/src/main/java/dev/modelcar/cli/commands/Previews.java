package dev.modelcar.cli.commands;

import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.documents.ModelDocument;
import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints what a shipment would move. */
final class Previews {
  private final Console console;

  Previews(Console console) {
    this.console = console;
  }

  /** The JSON document after the model; parts only if the layers are shared among workers. */
  private record Document(
      Optional<Digest> plan,
      List<Layer> layers,
      List<Target> targets,
      Optional<List<Share>> parts) {}

  private record Layer(
      String name, long bytes, boolean base, Optional<Digest> digest, List<Boolean> present) {}

  private record Target(String reference, long bytesToMove, Optional<FailureDocument> error) {}

  private record Share(String part, int layers, long bytes) {}

  /**
   * Prints the preview of a shipment.
   *
   * @param parts the number of workers that share the layers, if they do
   */
  int show(PlanRequest.Planned planned, Shipper shipper, Optional<Integer> parts) {
    LayerPlan plan = planned.plan();
    ShipmentPreview preview = shipper.preview(plan);
    List<Target> targets = targets(planned.targets(), preview);
    Optional<List<Share>> shares = parts.map(count -> shares(plan, count));
    console.document(
        ModelDocument.of(plan.selection()),
        new Document(
            plan.id(), preview.layers().stream().map(Previews::layer).toList(), targets, shares));
    Snapshot snapshot = plan.selection().snapshot();
    Map<String, String> results = Reports.provenance(snapshot);
    results.put("SOURCE", pinned(snapshot));
    results.put("MODEL_BYTES", Long.toString(plan.size()));
    shares.ifPresent(all -> share(all, results));
    console.results(results);
    print(plan, preview, targets);
    List<ModelcarException> failures = new ArrayList<>();
    for (ShipmentTarget target : planned.targets()) {
      target
          .failure()
          .ifPresent(failure -> {
            failures.add(failure);
            console.problem(target.name(), failure);
          });
    }
    return Reports.exitCode(failures, targets.size());
  }

  private void print(LayerPlan plan, ShipmentPreview preview, List<Target> targets) {
    String row = "%-10s  %-12s  %s";
    console.result(row.formatted("size", "in targets", "layer"));
    for (ShipmentPreview.Layer layer : preview.layers()) {
      console.result(
          row.formatted(
              ByteSize.format(layer.size()),
              present(layer, targets.size()),
              layer.name() + (layer.ofModel() ? "" : " (base)")));
    }
    for (Target target : targets) {
      if (target.error().isPresent()) {
        continue;
      }
      console.result(
          "%s to move to %s".formatted(ByteSize.format(target.bytesToMove()), target.reference()));
    }
    if (targets.isEmpty()) {
      console.result(
          "%s in %s"
              .formatted(
                  ByteSize.format(plan.size()), Texts.count(preview.layers().size(), "layer")));
    }
  }

  private static Layer layer(ShipmentPreview.Layer layer) {
    return new Layer(
        layer.name(),
        layer.size(),
        !layer.ofModel(),
        layer.known().map(Descriptor::digest),
        layer.present());
  }

  private static List<Target> targets(List<ShipmentTarget> targets, ShipmentPreview preview) {
    List<Target> all = new ArrayList<>();
    for (ShipmentTarget target : targets) {
      all.add(
          new Target(
              target.name(),
              preview.lackedBy(all.size()),
              target.failure().map(FailureDocument::of)));
    }
    return all;
  }

  private static List<Share> shares(LayerPlan plan, int count) {
    return Part.all(count).stream()
        .map(part -> {
          List<PlannedLayer> layers = part.layersOf(plan);
          long bytes = layers.stream().mapToLong(PlannedLayer::size).sum();
          return new Share(part.toString(), layers.size(), bytes);
        })
        .toList();
  }

  private void share(List<Share> shares, Map<String, String> results) {
    var names = Json.array();
    for (Share share : shares) {
      names.add(share.part());
      console.result(
          "part %s: %s in %s"
              .formatted(
                  share.part(),
                  ByteSize.format(share.bytes()),
                  Texts.count(share.layers(), "layer")));
    }
    results.put("PARTS", new String(Json.bytes(names), StandardCharsets.UTF_8));
    results.put("PART_COUNT", Integer.toString(shares.size()));
  }

  /** The source at the very commit that was found. */
  private static String pinned(Snapshot snapshot) {
    return snapshot.reference() instanceof SourceReference.Hub hub
        ? new SourceReference.Hub(hub.repository(), snapshot.info().revision()).toString()
        : snapshot.reference().toString();
  }

  private static String present(ShipmentPreview.Layer layer, int targets) {
    long having = layer.present().stream().filter(present -> present).count();
    return switch (targets) {
      case 0 -> "-";
      case 1 -> having == 1 ? "yes" : "no";
      default -> having + " of " + targets;
    };
  }
}
