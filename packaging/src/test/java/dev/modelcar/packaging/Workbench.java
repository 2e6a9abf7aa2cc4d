package dev.modelcar.packaging;

import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.auth.CredentialSource;
import dev.modelcar.oci.image.CopyVerifier;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.oci.registry.Registries;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.oci.transport.Transports;
import dev.modelcar.packaging.build.RecipeReference;
import dev.modelcar.packaging.copy.ImageCopier;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.TransferSettings;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.source.hub.HubSettings;
import dev.modelcar.source.hub.HubSource;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The parts of the library put together as a command does it, with little patience. */
final class Workbench implements AutoCloseable {
  static final Platform AMD64 = Platform.of("linux", "amd64");

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final RetryPolicy retries;
  private final Timeouts timeouts;
  private final Registries registries;

  private Workbench(RetryPolicy retries, Timeouts timeouts) {
    this.retries = retries;
    this.timeouts = timeouts;
    this.registries =
        new Registries(
            new RegistrySettings(
                CredentialSource.none(),
                retries,
                RetryListener.none(),
                timeouts,
                host -> Optional.empty(),
                InstantSource.system(),
                host -> Optional.empty()),
            transport);
  }

  static Workbench open() {
    return impatient(Duration.ofSeconds(5), Timeouts.of(Duration.ofSeconds(10)));
  }

  /** For faults by the hundred: gives up in a second or two, and bears silence no longer. */
  static Workbench hasty() {
    return impatient(Duration.ofMillis(1500), Timeouts.of(Duration.ofMillis(1200)));
  }

  /** Waits are short, and so is the time without progress after which nothing is tried again. */
  static Workbench impatient(Duration budget, Timeouts timeouts) {
    RetryPolicy standard = RetryPolicy.standard();
    return new Workbench(
        new RetryPolicy(
            Duration.ofMillis(4),
            Duration.ofMillis(40),
            budget,
            standard.sleeper(),
            standard.random(),
            standard.nanoTime()),
        timeouts);
  }

  // ---- sources ----

  Snapshot folder(Path folder) {
    return new FolderSource().resolve(new SourceReference.Folder(folder));
  }

  Snapshot hub(FakeHub hub, String id) {
    HubSettings settings =
        HubSettings.of(Map.of("HF_ENDPOINT", hub.endpoint().toString(), "HF_HOME", "/nowhere"))
            .with(timeouts);
    return new HubSource(
            settings,
            transport,
            new ReadBudget(64 << 20, 16),
            retries,
            RetryListener.none(),
            InstantSource.system())
        .resolve((SourceReference.Hub) SourceReference.parse("hf://" + id));
  }

  // ---- plans ----

  static LayerPlan plan(Snapshot snapshot) {
    return plan(snapshot, Base.none(List.of(AMD64)));
  }

  static LayerPlan plan(Snapshot snapshot, Base base) {
    return LayerPlanner.within(Limits.standard())
        .plan(
            SelectionPolicy.serving()
                .accepting(Set.of(SourceError.SOURCE_LINK_LEAVES))
                .select(snapshot),
            base,
            ImageDescription.of(snapshot.info()));
  }

  // ---- places ----

  ImageReader reader(String reference) {
    return readerOf(RecipeReference.parseAny(reference));
  }

  ImageReader readerOf(ImageReference reference) {
    return new Transports(registries).reader(reference);
  }

  ShipmentTarget target(String text) {
    return ShipmentTarget.open(ImageReference.parse(text), new Transports(registries));
  }

  static String in(FakeRegistry registry, String repositoryAndTag) {
    return "http://" + registry.authority() + "/" + repositoryAndTag;
  }

  /** Targets are good for one shipment. */
  List<ShipmentTarget> targets(String... references) {
    return Arrays.stream(references).map(this::target).toList();
  }

  ShipmentReport ship(LayerPlan plan, String... references) {
    return Shipper.to(targets(references)).ship(plan);
  }

  ShipmentReport copy(String from, String... to) {
    return copy(ShipmentListener.none(), false, from, to);
  }

  /** Copies an image and what is attached to it. */
  ShipmentReport copyAll(String from, String... to) {
    return copy(ShipmentListener.none(), true, from, to);
  }

  ShipmentReport copy(ShipmentListener listener, boolean referrers, String from, String... to) {
    return new ImageCopier(
            reader(from), targets(to), TransferSettings.standard().with(listener), referrers)
        .copy(RecipeReference.parseAny(from));
  }

  /** Compares a copy of an image with its source, and what is attached to both. */
  Verification verifyCopy(String from, String to) {
    ImageReader source = reader(from);
    ImageReference reference = ImageReference.parse(to);
    return new CopyVerifier(source, true, 2)
        .verify(
            ImageTree.find(source, ImageReference.parse(from)).digest(),
            readerOf(reference),
            reference);
  }

  Verification verifyDeeply(String reference) {
    return new ImageVerifier(reader(reference), 4).verifyDeeply(ImageReference.parse(reference));
  }

  /** Throws why the first target has not the image, if it has not. */
  static ShipmentReport succeed(ShipmentReport report) {
    report
        .targets()
        .getFirst()
        .failure()
        .ifPresent(failure -> {
          throw failure;
        });
    return report;
  }

  /** The failures of a report, so that a test shows them. */
  static Stream<Throwable> failures(ShipmentReport report) {
    return report.targets().stream().flatMap(target -> target.failure().stream());
  }

  @Override
  public void close() {
    registries.close();
    transport.close();
  }
}
