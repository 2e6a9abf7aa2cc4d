package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.Blob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings blobs and an image over them to targets: looks what is there, moves what is lacking,
 * several blobs at a time, and publishes the image once every blob was seen in the target. Targets
 * fail by themselves; a source that fails ends it all.
 */
public final class Delivery {
  private final Targets targets;
  private final TransferSettings settings;
  private final Arrivals arrivals;
  private final SourceFailure source = new SourceFailure();
  private final List<BlobDelivery> blobs = new ArrayList<>();
  private final long began = System.nanoTime();

  /**
   * @param blobs all that the image is made of but its configs, each once
   */
  public Delivery(
      Targets targets, List<? extends Blob> blobs, TransferSettings settings, Arrivals arrivals) {
    this.targets = targets;
    this.settings = settings;
    this.arrivals = arrivals;
    for (Blob blob : blobs) {
      this.blobs.add(new BlobDelivery(blob, targets, settings, source, arrivals));
    }
  }

  /**
   * Delivers everything.
   *
   * @param image is asked for once all blobs have moved, when their digests are known
   * @throws ModelcarException if the source fails, or all targets do in the same way
   */
  public ShipmentReport run(Supplier<ImageDocuments> image) {
    return run(target -> {}, image);
  }

  /**
   * Delivers everything.
   *
   * @param check what else a target must have before anything moves; it says so by failing
   */
  public ShipmentReport run(Consumer<BlobsInTarget> check, Supplier<ImageDocuments> image) {
    try {
      lookAndMount();
      targets.each(target -> check.accept(new BlobsInTarget(target, blobs)));
      move();
      ImageDocuments documents = image.get();
      Publisher publisher = new Publisher(blobs, documents, settings.listener());
      targets.each(publisher::publish);
      return report(documents.top().digest());
    } catch (ModelcarException e) {
      arrivals.endedEarly();
      throw e;
    }
  }

  /**
   * Finds out what would move, and changes nothing. Targets fail by themselves.
   *
   * @throws ModelcarException the first failure of a target, if all have failed
   */
  public ShipmentPreview preview() {
    targets.each(target -> target.writer().checkWritable());
    targets.each(target -> BlobDelivery.each(blobs, blob -> blob.lookIn(target)));
    if (!targets.all().isEmpty() && targets.able().isEmpty()) {
      throw targets.firstFailure();
    }
    return new ShipmentPreview(blobs.stream().map(BlobDelivery::preview).toList());
  }

  private void lookAndMount() {
    targets.each(target ->
        BlobDelivery.each(
            blobs,
            blob -> {
              if (!blob.lookIn(target)) {
                blob.mountInto(target);
              }
            }));
  }

  /** Moves what is lacking to the targets that keep up; those that do not catch up later. */
  private void move() {
    announce();
    targets.each(this::prepare);
    List<ShipmentTarget> to = targets.able();
    // The largest first, so that the small ones fill what is left of the time.
    List<BlobDelivery> order = new ArrayList<>(blobs);
    order.sort(Comparator.comparingLong((BlobDelivery blob) -> blob.blob().size()).reversed());
    TransferSlots slots = new TransferSlots(settings.parallel());
    for (BlobDelivery blob : order) {
      slots.await();
      if (source.isOver() || to.stream().allMatch(ShipmentTarget::hasFailed)) {
        break;
      }
      slots.start(sent -> source.guard(() -> blob.deliver(to, sent)));
    }
    slots.join();
    source.rethrow();
  }

  private void announce() {
    List<ShipmentTarget> able = targets.able();
    if (able.isEmpty()) {
      return;
    }
    long bytes = 0;
    long reused = 0;
    int moving = 0;
    for (BlobDelivery blob : blobs) {
      long uploads = blob.uploads(able);
      bytes += uploads * blob.blob().size();
      reused += (able.size() - uploads) * blob.blob().size();
      moving += uploads > 0 ? 1 : 0;
    }
    settings.listener().on(new ShipmentEvent.Begun(moving, bytes, reused));
  }

  private void prepare(ShipmentTarget target) {
    target
        .writer()
        .prepare(
            blobs.stream()
                .filter(blob -> blob.isLackedBy(target))
                .map(blob -> blob.blob().content())
                .toList());
  }

  private ShipmentReport report(Digest image) {
    return new ShipmentReport(
        image,
        blobs.stream().map(BlobDelivery::outcome).toList(),
        targets.all().stream().map(ShipmentTarget::outcome).toList(),
        Duration.ofNanos(System.nanoTime() - began));
  }
}
