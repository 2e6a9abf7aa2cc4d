package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.packaging.layers.Blob;
import dev.modelcar.packaging.layers.ModelLayer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One blob of a delivery: which targets have it, and how the others get it. */
final class BlobDelivery {
  private static final int REQUESTS_AT_ONCE = 8;

  private final Blob blob;
  private final Targets targets;
  private final TransferSettings settings;
  private final SourceFailure source;
  private final Arrivals arrivals;
  private final Set<ShipmentTarget> having = new HashSet<>();
  private boolean sent;
  private boolean everywhere;

  BlobDelivery(
      Blob blob,
      Targets targets,
      TransferSettings settings,
      SourceFailure source,
      Arrivals arrivals) {
    this.blob = blob;
    this.targets = targets;
    this.settings = settings;
    this.source = source;
    this.arrivals = arrivals;
  }

  /** Does something to all blobs, for a distant registry takes its time for each request. */
  static void each(List<BlobDelivery> blobs, Consumer<BlobDelivery> task) {
    Threads.map(
        blobs,
        REQUESTS_AT_ONCE,
        "looking for layers",
        blob -> {
          task.accept(blob);
          return blob;
        });
  }

  Blob blob() {
    return blob;
  }

  /** As it stands in the manifest; known after it was found or moved. */
  Descriptor descriptor() {
    return blob.known().orElseThrow();
  }

  boolean has(Digest digest) {
    return descriptor().digest().equals(digest);
  }

  synchronized boolean isLackedBy(ShipmentTarget target) {
    return !having.contains(target);
  }

  synchronized void forget(ShipmentTarget target) {
    having.remove(target);
  }

  synchronized ShipmentReport.LayerOutcome outcome() {
    boolean read = sent || (blob instanceof ModelLayer layer && layer.wasRead());
    return new ShipmentReport.LayerOutcome(blob.name(), descriptor(), read);
  }

  synchronized ShipmentPreview.Layer preview() {
    return new ShipmentPreview.Layer(
        blob.name(),
        blob.size(),
        blob instanceof ModelLayer,
        blob.known(),
        targets.all().stream().map(having::contains).toList());
  }

  // ---- what is there ----

  /** Asks a target for the blob; false if it lacks it, or nobody knows which blob it is. */
  boolean lookIn(ShipmentTarget target) {
    Optional<Descriptor> wanted = blob.known();
    if (wanted.isEmpty() || !target.writer().has(wanted.get())) {
      return false;
    }
    reused(target, wanted.get(), "present");
    return true;
  }

  /** Lets a target take the blob from where it is stored, where both are in one registry. */
  void mountInto(ShipmentTarget target) {
    Optional<Descriptor> wanted = blob.known();
    Optional<String> from = blob.repository();
    if (wanted.isEmpty()
        || from.isEmpty()
        || !(target.reference() instanceof ImageReference.Registry registry)) {
      return;
    }
    String prefix = registry.host() + "/";
    if (from.get().startsWith(prefix)
        && target.writer().mount(wanted.get(), from.get().substring(prefix.length()))) {
      reused(target, wanted.get(), "mounted");
    }
  }

  private void reused(ShipmentTarget target, Descriptor found, String how) {
    synchronized (this) {
      having.add(target);
    }
    target.reused(found.size());
    settings
        .listener()
        .on(new ShipmentEvent.LayerReused(blob.name(), target.name(), found.size(), how));
  }

  // ---- moving ----

  /** How many of the targets have to be sent the bytes. */
  int uploads(List<ShipmentTarget> to) {
    return mountPlan(to).uploads().size();
  }

  /**
   * Brings the blob to those of the targets that lack it.
   *
   * @param allSent runs when they have all bytes, though perhaps not said so yet
   */
  void deliver(List<ShipmentTarget> to, Runnable allSent) {
    MountPlan lacking = mountPlan(to);
    if (lacking.isEmpty()) {
      return;
    }
    send(lacking.uploads(), allSent);
    mount(lacking);
    // A mount that was refused is an upload after all.
    List<ShipmentTarget> left =
        lacking.mounts().entrySet().stream()
            .filter(mount -> !isPutOff(mount.getValue()))
            .map(Map.Entry::getKey)
            .filter(target -> isLackedBy(target) && !target.hasFailed())
            .toList();
    MountPlan refused = MountPlan.of(left, List.of());
    send(refused.uploads(), () -> {});
    mount(refused);
    noteIfEverywhere();
  }

  private MountPlan mountPlan(List<ShipmentTarget> to) {
    return MountPlan.of(
        to.stream().filter(target -> !target.hasFailed() && isLackedBy(target)).toList(),
        targets.all().stream().filter(target -> !isLackedBy(target)).toList());
  }

  /** Whether a target is to have the blob later, by a pass of its own. */
  private boolean isPutOff(ShipmentTarget target) {
    return isLackedBy(target) && target.isDetached() && !target.hasFailed();
  }

  /** Once no target lacks the blob any more, nobody needs what was kept for it. */
  private void noteIfEverywhere() {
    synchronized (this) {
      if (everywhere || targets.able().stream().anyMatch(this::isLackedBy)) {
        return;
      }
      everywhere = true;
    }
    blob.identity().ifPresent(id -> settings.memory().checkpoints(id).forget());
    arrivals.arrivedEverywhere(blob);
  }

  private void send(List<ShipmentTarget> lacking, Runnable allSent) {
    if (lacking.isEmpty()) {
      return;
    }
    List<ShipmentTarget> done =
        new FanOut(blob.content(), lacking, this::uploadMemory, targets, settings, source, allSent)
            .send();
    synchronized (this) {
      sent = true;
      if (blob.learn()) {
        // What was remembered, if anything was, is another layer: whoever has that lacks this one.
        having.clear();
      }
      having.addAll(done);
    }
    done.forEach(target -> arrivals.arrived(target, blob));
  }

  private void mount(MountPlan plan) {
    for (List<ShipmentTarget> wave : plan.waves()) {
      targets.each(
          wave, target -> mount(target, Objects.requireNonNull(plan.mounts().get(target))));
    }
  }

  private void mount(ShipmentTarget target, ShipmentTarget from) {
    if (isLackedBy(from)) {
      if (isPutOff(from) && target.detach()) {
        settings.listener().on(new ShipmentEvent.TargetDetached(target.name()));
      }
      return;
    }
    if (MountPlan.areInOneRepository(target, from)) {
      lookIn(target);
    } else if (from.reference() instanceof ImageReference.Registry other) {
      if (target.writer().mount(descriptor(), other.repository())) {
        reused(target, descriptor(), "mounted");
        arrivals.arrived(target, blob);
      } else {
        target.mountsNothing();
      }
    }
  }

  private UploadMemory uploadMemory(ShipmentTarget target) {
    return blob.identity()
        .map(id -> settings.memory().upload(target.reference(), id))
        .orElseGet(UploadMemory::none);
  }
}
