package dev.modelcar.packaging.transfer;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.registry.RegistryRepository;
import dev.modelcar.oci.transport.Transports;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One target of a shipment: where the image goes, and how far it got. */
public final class ShipmentTarget {
  private final ImageReference reference;
  private final ImageWriter writer;
  private final Optional<ImageReader> reader;
  private final AtomicLong moved = new AtomicLong();
  private final AtomicLong reused = new AtomicLong();
  private volatile Optional<ModelcarException> failure = Optional.empty();
  private volatile boolean detached;
  private volatile boolean mountsNothing;

  /**
   * @param reference with the tag that the image will have
   * @param writer of its place; targets in one layout or archive have the same one
   * @param reader of the same place, where earlier images may be found
   */
  public ShipmentTarget(
      ImageReference reference, ImageWriter writer, Optional<ImageReader> reader) {
    this.reference = reference;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * Opens a destination for writing; a registry also for reading.
   *
   * @param reference with the tag that the image will have
   */
  public static ShipmentTarget open(ImageReference reference, Transports transports) {
    return of(reference, transports.writer(reference));
  }

  /**
   * Opens destinations for writing; those in one layout or archive share its writer.
   *
   * @throws dev.modelcar.core.ModelcarException if two of them get in each other's way
   */
  public static List<ShipmentTarget> openAll(
      List<? extends ImageReference> references, Transports transports) {
    List<ImageWriter> writers = transports.writers(references);
    List<ShipmentTarget> targets = new ArrayList<>();
    for (int i = 0; i < writers.size(); i++) {
      targets.add(of(references.get(i), writers.get(i)));
    }
    return targets;
  }

  private static ShipmentTarget of(ImageReference reference, ImageWriter writer) {
    return new ShipmentTarget(
        reference,
        writer,
        writer instanceof RegistryRepository registry ? Optional.of(registry) : Optional.empty());
  }

  public ImageReference reference() {
    return reference;
  }

  /** Its name in events and messages. */
  public String name() {
    return reference.toString();
  }

  public ImageWriter writer() {
    return writer;
  }

  public Optional<ImageReader> reader() {
    return reader;
  }

  // ---- how far it got ----

  void moved(long bytes) {
    moved.addAndGet(bytes);
  }

  void reused(long bytes) {
    reused.addAndGet(bytes);
  }

  /** It will not have the image; only the first reason counts. */
  public synchronized boolean fail(ModelcarException reason) {
    if (failure.isPresent()) {
      return false;
    }
    failure = Optional.of(reason);
    return true;
  }

  public boolean hasFailed() {
    return failure.isPresent();
  }

  /** Why it will not have the image. */
  public Optional<ModelcarException> failure() {
    return failure;
  }

  /** Its registry does not let it take blobs from other repositories. */
  void mountsNothing() {
    mountsNothing = true;
  }

  /** Whether a layer that another target has need not be sent to this one. */
  boolean mayTakeFrom(ShipmentTarget other) {
    return MountPlan.areInOneRepository(this, other)
        || (!mountsNothing && MountPlan.areInOneRegistry(this, other));
  }

  /**
   * It left the common read of a layer, and will have that by a pass of its own.
   *
   * @return whether it is the first layer of which that is so
   */
  boolean detach() {
    boolean first = !detached;
    detached = true;
    return first;
  }

  boolean isDetached() {
    return detached;
  }

  ShipmentReport.TargetOutcome outcome() {
    return new ShipmentReport.TargetOutcome(name(), failure, moved.get(), reused.get());
  }
}
