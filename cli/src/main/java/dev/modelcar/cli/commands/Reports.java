package dev.modelcar.cli.commands;

import dev.modelcar.cli.documents.ModelDocument;
import dev.modelcar.cli.documents.ReportDocument;
import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/** Prints the outcome of a shipment or a copy, and returns the exit code. */
public final class Reports {
  /** What may be the failure of a target; a command that is refused has no results. */
  private static final Set<ErrorCategory> FAILURES =
      Set.of(ErrorCategory.REMOTE, ErrorCategory.UNAUTHORIZED, ErrorCategory.VERIFICATION);

  private static final Map<String, String> NO_IMAGE =
      Map.of(
          "IMAGE_DIGEST", "",
          "IMAGE_URL", "",
          "IMAGE_REF", "",
          "IMAGES", "",
          "PUSH_TIME", "0",
          "BYTES_MOVED", "0",
          "BYTES_REUSED", "0");

  private final Console console;

  Reports(Console console) {
    this.console = console;
  }

  /** Prints the report of a shipment, with the model that was shipped. */
  int show(PlanRequest.Planned planned, ShipmentReport report) {
    return show(planned, report, Map.of());
  }

  /**
   * Prints the report of a shipment, with the model that was shipped.
   *
   * @param tail the last part of the JSON document
   */
  int show(PlanRequest.Planned planned, ShipmentReport report, Object tail) {
    Selection selection = planned.plan().selection();
    console.results(provenance(selection.snapshot()));
    return show(report, planned.targets(), ModelDocument.of(selection), tail);
  }

  /**
   * Prints the report of an image.
   *
   * @param head the first part of the JSON document
   */
  int show(ShipmentReport report, List<ShipmentTarget> targets, Object head) {
    return show(report, targets, head, Map.of());
  }

  private int show(ShipmentReport report, List<ShipmentTarget> targets, Object head, Object tail) {
    console.document(head, ReportDocument.of(report), tail);
    List<String> images = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      if (report.targets().get(i).failure().isEmpty()) {
        images.add(Session.pinned(targets.get(i).reference(), report.image()));
      }
    }
    Map<String, String> results = results(report, images);
    results.put("IMAGES", String.join(",", console.fitting("IMAGES", images, results)));
    console.results(results);
    images.forEach(console::result);
    return finish(report);
  }

  /** Prints the report of a part, which is no image yet. */
  int showPart(Part part, ShipmentReport report) {
    console.document(
        Map.of("part", part.toString()),
        ReportDocument.ofPart(report),
        Map.of("receipt", report.image()));
    Map<String, String> results = bytes(report);
    results.put("PART", part.toString());
    console.results(results);
    for (ShipmentReport.TargetOutcome target : report.targets()) {
      if (target.failure().isEmpty()) {
        console.result("part %s is in %s".formatted(part, target.reference()));
      }
    }
    return finish(report);
  }

  /** Runs a command whose results say that no target has the image, if all of them have failed. */
  static int reporting(Console console, IntSupplier command) {
    console.checked();
    try {
      return command.getAsInt();
    } catch (ModelcarException e) {
      if (FAILURES.contains(e.code().category())) {
        console.results(NO_IMAGE);
      }
      throw e;
    }
  }

  /** Says before anything moves if the results of so many targets will not fit. */
  void checkResults(List<ShipmentTarget> targets, Map<String, String> known) {
    Digest any = Sha256.of(new byte[0]);
    List<String> images =
        targets.stream().map(target -> Session.pinned(target.reference(), any)).toList();
    Map<String, String> results = new LinkedHashMap<>(known);
    results.put("IMAGE_DIGEST", any.toString());
    results.put("IMAGE_URL", images.getFirst().replaceFirst("@.*", ""));
    results.put("IMAGE_REF", images.getFirst());
    List.of("BYTES_MOVED", "BYTES_REUSED", "PUSH_TIME")
        .forEach(name -> results.put(name, "9".repeat(14)));
    List<String> listed = console.fitting("IMAGES", images, results);
    if (listed.size() < images.size()) {
      console.warn(
          "the result IMAGES will list about %d of %d images: Tekton takes at most 4096 bytes of results from a task; use fewer targets per task"
              .formatted(listed.size(), images.size()));
    }
  }

  static Map<String, String> provenance(LayerPlan plan) {
    return provenance(plan.selection().snapshot());
  }

  /** Where a model came from; the second in the form that Tekton Chains reads. */
  static Map<String, String> provenance(Snapshot snapshot) {
    Map<String, String> results = new LinkedHashMap<>();
    snapshot
        .info()
        .revision()
        .ifPresent(revision -> {
          String url = snapshot.info().url().orElseGet(() -> snapshot.reference().toString());
          byte[] input =
              Json.bytes(Json.object().put("uri", url).put("digest", "sha1:" + revision));
          results.put("MODEL_REVISION", revision);
          results.put("model-ARTIFACT_INPUTS", new String(input, StandardCharsets.UTF_8));
        });
    return results;
  }

  /** Prints how much was moved. */
  static void noteMoved(Console console, long moved, long reused, Duration duration) {
    console.note(
        "moved %s, reused %s, in %s"
            .formatted(ByteSize.format(moved), ByteSize.format(reused), Texts.duration(duration)));
  }

  private static Map<String, String> results(ShipmentReport report, List<String> images) {
    Map<String, String> results = bytes(report);
    results.put("IMAGE_DIGEST", report.image().toString());
    results.put("IMAGE_URL", images.isEmpty() ? "" : images.getFirst().replaceFirst("@.*", ""));
    results.put("IMAGE_REF", images.isEmpty() ? "" : images.getFirst());
    results.put("PUSH_TIME", Long.toString(report.duration().toSeconds()));
    return results;
  }

  private static Map<String, String> bytes(ShipmentReport report) {
    Map<String, String> results = new LinkedHashMap<>();
    results.put("BYTES_MOVED", Long.toString(report.bytesMoved()));
    results.put("BYTES_REUSED", Long.toString(report.bytesReused()));
    return results;
  }

  /** Exits with 0 if every target succeeded, with the first failure's code if none did. */
  private int finish(ShipmentReport report) {
    noteMoved(console, report.bytesMoved(), report.bytesReused(), report.duration());
    List<ModelcarException> failures = new ArrayList<>();
    for (ShipmentReport.TargetOutcome target : report.targets()) {
      target
          .failure()
          .ifPresent(failure -> {
            failures.add(failure);
            console.problem(target.reference(), failure);
          });
    }
    return exitCode(failures, report.targets().size());
  }

  /** 0, the first failure's code if all have failed, or a code of its own if some have. */
  static int exitCode(List<ModelcarException> failures, int all) {
    if (failures.isEmpty()) {
      return 0;
    }
    return failures.size() == all
        ? failures.getFirst().code().category().exitCode()
        : CoreError.TARGETS_PARTLY_FAILED.category().exitCode();
  }
}
