package dev.modelcar.cli.documents;

import dev.modelcar.core.Digest;
import dev.modelcar.packaging.transfer.ShipmentReport;
import java.util.List;
import java.util.Optional;

/** What was moved to which targets. */
public record ReportDocument(
    Optional<Digest> digest,
    List<Target> targets,
    List<Layer> layers,
    long bytesMoved,
    long bytesReused,
    double seconds) {

  /** The outcome for one target. */
  public record Target(
      String reference,
      String status,
      long bytesMoved,
      long bytesReused,
      Optional<FailureDocument> error) {
    private static Target of(ShipmentReport.TargetOutcome target) {
      return new Target(
          target.reference(),
          target.failure().isEmpty() ? "done" : "failed",
          target.bytesMoved(),
          target.bytesReused(),
          target.failure().map(FailureDocument::of));
    }
  }

  /** One layer of the image. */
  public record Layer(String name, Digest digest, long bytes, String mediaType, boolean read) {
    private static Layer of(ShipmentReport.LayerOutcome layer) {
      return new Layer(
          layer.name(),
          layer.descriptor().digest(),
          layer.descriptor().size(),
          layer.descriptor().mediaType(),
          layer.read());
    }
  }

  /** The report of an image. */
  public static ReportDocument of(ShipmentReport report) {
    return of(report, Optional.of(report.image()));
  }

  /** The report of a part, which is no image yet. */
  public static ReportDocument ofPart(ShipmentReport report) {
    return of(report, Optional.empty());
  }

  private static ReportDocument of(ShipmentReport report, Optional<Digest> digest) {
    return new ReportDocument(
        digest,
        report.targets().stream().map(Target::of).toList(),
        report.layers().stream().map(Layer::of).toList(),
        report.bytesMoved(),
        report.bytesReused(),
        report.duration().toMillis() / 1000.0);
  }
}
