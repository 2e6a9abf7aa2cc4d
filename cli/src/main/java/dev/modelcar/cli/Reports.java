package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what became of the targets of a shipment, a copy or a mirror. */
final class Reports {
  private final Console console;

  Reports(Console console) {
    this.console = console;
  }

  /** Prints the report of a shipment, with what was shipped. */
  int show(ObjectNode json, PlanningOptions.Planned planned, ShipmentReport report) {
    Snapshot snapshot = planned.plan().selection().snapshot();
    json.set("source", Documents.source(snapshot));
    json.set("selection", Documents.selection(planned.plan().selection()));
    console.results(provenance(snapshot));
    return show(json, report, planned.targets());
  }

  /** Prints the report of a worker, who has no image to show. */
  int showPart(ObjectNode json, Part part, ShipmentReport report) {
    json.put("part", part.toString());
    Documents.report(json, report);
    json.remove("digest");
    json.put("receipt", report.image().toString());
    console.document(json);
    console.results(
        Map.of(
            "PART",
            part.toString(),
            "BYTES_MOVED",
            Long.toString(report.bytesMoved()),
            "BYTES_REUSED",
            Long.toString(report.bytesReused())));
    for (ShipmentReport.TargetOutcome target : report.targets()) {
      if (target.failure().isEmpty()) {
        console.result("part %s is in %s".formatted(part, target.reference()));
      }
    }
    note(report);
    return exitCode(report);
  }

  private void note(ShipmentReport report) {
    console.note(
        "moved %s, reused %s, in %s"
            .formatted(
                ByteSize.format(report.bytesMoved()),
                ByteSize.format(report.bytesReused()),
                Texts.duration(report.duration())));
  }

  /** Where a model came from; the second in the form that Tekton Chains reads. */
  static Map<String, String> provenance(Snapshot snapshot) {
    Map<String, String> results = new LinkedHashMap<>();
    Optional<String> revision = snapshot.info().revision();
    if (revision.isPresent()) {
      results.put("MODEL_REVISION", revision.get());
      ObjectNode input = Json.object();
      input.put("uri", snapshot.info().url().orElseGet(() -> snapshot.reference().toString()));
      input.put("digest", "sha1:" + revision.get());
      results.put("model-ARTIFACT_INPUTS", new String(Json.bytes(input), StandardCharsets.UTF_8));
    }
    return results;
  }

  /** Prints a report in all its forms and returns the exit code. */
  int show(ObjectNode json, ShipmentReport report, List<ShipmentTarget> targets) {
    Documents.report(json, report);
    console.document(json);
    List<String> images = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      if (report.targets().get(i).failure().isEmpty()) {
        images.add(pinned(targets.get(i).reference(), report.image()));
      }
    }
    console.results(results(report, images));
    images.forEach(console::result);
    note(report);
    return exitCode(report);
  }

  /** The image by its digest: what a cluster should be told. */
  static String pinned(ImageReference reference, Digest digest) {
    return reference instanceof ImageReference.Registry registry
        ? registry.name() + "@" + digest
        : reference + "@" + digest;
  }

  private static Map<String, String> results(ShipmentReport report, List<String> images) {
    Map<String, String> results = new LinkedHashMap<>();
    results.put("IMAGE_DIGEST", report.image().toString());
    results.put("IMAGE_URL", images.isEmpty() ? "" : images.getFirst().replaceFirst("@.*", ""));
    results.put("IMAGE_REF", images.isEmpty() ? "" : images.getFirst());
    results.put("PUSH_TIME", Long.toString(report.duration().toSeconds()));
    results.put("IMAGES", String.join(",", images));
    results.put("BYTES_MOVED", Long.toString(report.bytesMoved()));
    results.put("BYTES_REUSED", Long.toString(report.bytesReused()));
    return results;
  }

  /** All done; all failed, which is the first failure; some failed, which has a code of its own. */
  private int exitCode(ShipmentReport report) {
    List<ModelcarException> failures = new ArrayList<>();
    for (ShipmentReport.TargetOutcome target : report.targets()) {
      target
          .failure()
          .ifPresent(failure -> {
            failures.add(failure);
            console.problem(target.reference(), failure);
          });
    }
    if (failures.isEmpty()) {
      return 0;
    }
    return failures.size() == report.targets().size()
        ? failures.getFirst().code().category().exitCode()
        : CoreError.TARGETS_PARTLY_FAILED.category().exitCode();
  }
}
