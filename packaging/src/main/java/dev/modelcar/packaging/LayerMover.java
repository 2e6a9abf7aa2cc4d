package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.image.ReferrersList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Moves layers to the targets that lack them, several at a time, and publishes an image over them
 * once every blob was seen in the target. Targets fail by themselves; a source that fails ends it
 * all.
 */
final class LayerMover {
  /** How often a target may lose blobs between their upload and the manifest. */
  private static final int MISSING_ROUNDS = 3;

  private static final int LOOKS_AT_ONCE = 8;

  private final List<ShipmentTarget> targets;
  private final ShipmentListener listener;
  private final int parallel;
  private final AtomicReference<Optional<ModelcarException>> sourceFailure =
      new AtomicReference<>(Optional.empty());
  private final Map<ImageReference, Lock> catchingUp = new ConcurrentHashMap<>();
  private List<ShipmentLayer> layers = List.of();

  /**
   * The documents of an image, in the order in which they are written.
   *
   * @param configs that are blobs like layers, but made here
   * @param manifests that the top names, or that refer to it
   * @param tagged that belong to it under names of their own
   * @param top what a tag points to
   */
  record Image(
      List<BlobContent> configs,
      List<RawManifest> manifests,
      List<Tagged> tagged,
      RawManifest top) {
    Image(List<BlobContent> configs, List<RawManifest> manifests, RawManifest top) {
      this(configs, manifests, List.of(), top);
    }

    /** Whether it is made of something with this digest; foreign layers are no part of it. */
    boolean has(Digest digest) {
      return top.digest().equals(digest)
          || configs.stream().anyMatch(c -> c.digest().equals(Optional.of(digest)))
          || manifests.stream().anyMatch(m -> m.digest().equals(digest))
          || tagged.stream().anyMatch(t -> t.manifest().digest().equals(digest));
    }
  }

  /** A manifest under a name of its own. */
  record Tagged(String tag, RawManifest manifest) {}

  LayerMover(List<ShipmentTarget> targets, ShipmentListener listener, int parallel) {
    this.targets = targets;
    this.listener = listener;
    this.parallel = parallel;
  }

  /** Whether the source has failed, so that nothing more can come of it. */
  boolean isOver() {
    return sourceFailure.get().isPresent();
  }

  /** Says which layers there are. */
  void over(List<ShipmentLayer> newLayers) {
    layers = List.copyOf(newLayers);
  }

  // ---- what is there ----

  /** Looks in each target for each layer that is known; where it can be mounted, it is. */
  void lookAndMount() {
    Targets.each(
        targets,
        target ->
            look(layer -> {
              if (!layer.lookIn(target)) {
                layer.mountInto(target);
              }
            }),
        listener);
  }

  /** Looks, and changes nothing. */
  void look() {
    Targets.each(targets, target -> look(layer -> layer.lookIn(target)), listener);
  }

  /** A distant registry takes its time for each of hundreds of questions. */
  private void look(Consumer<ShipmentLayer> question) {
    Threads.map(
        layers,
        LOOKS_AT_ONCE,
        "looking for layers",
        layer -> {
          question.accept(layer);
          return layer;
        });
  }

  // ---- moving ----

  /** Moves what is lacking to the targets that keep up; those that do not catch up later. */
  void move() {
    announce();
    Targets.each(targets, this::prepare, listener);
    List<ShipmentTarget> to = targets.stream().filter(target -> !target.hasFailed()).toList();
    // The largest first, so that the small ones fill what is left of the time.
    List<ShipmentLayer> order = new ArrayList<>(layers);
    order.sort(Comparator.comparingLong(ShipmentLayer::size).reversed());
    Lanes lanes = new Lanes(parallel);
    for (ShipmentLayer layer : order) {
      lanes.await();
      if (isOver() || to.stream().allMatch(ShipmentTarget::hasFailed)) {
        break;
      }
      lanes.start(sent -> move(layer, to, sent));
    }
    lanes.join();
    if (sourceFailure.get().isPresent()) {
      throw sourceFailure.get().get();
    }
  }

  private void announce() {
    List<ShipmentTarget> able = targets.stream().filter(target -> !target.hasFailed()).toList();
    if (able.isEmpty()) {
      return;
    }
    long bytes = 0;
    long reused = 0;
    int moving = 0;
    for (ShipmentLayer layer : layers) {
      long sendings = layer.sendings(able);
      bytes += sendings * layer.size();
      reused += (able.size() - sendings) * layer.size();
      moving += sendings > 0 ? 1 : 0;
    }
    listener.on(new ShipmentEvent.Begun(moving, bytes, reused));
  }

  private void prepare(ShipmentTarget target) {
    target
        .writer()
        .prepare(
            layers.stream()
                .filter(layer -> layer.isLackedBy(target))
                .map(ShipmentLayer::content)
                .toList());
  }

  private void move(ShipmentLayer layer, List<ShipmentTarget> to, Runnable sent) {
    try {
      layer.move(to, sent);
    } catch (ModelcarException e) {
      sourceFailed(e);
    } catch (RuntimeException | Error e) {
      sourceFailed(new ModelcarException(ErrorCode.UNEXPECTED, "unexpected: " + e, e));
    }
  }

  private void sourceFailed(ModelcarException e) {
    sourceFailure.updateAndGet(first -> first.isPresent() ? first : Optional.of(e));
  }

  // ---- publishing ----

  /** Publishes an image in each target that has not failed, under the target's own tag. */
  void publish(Image image) {
    Targets.each(targets, target -> publish(target, image, target.reference().tag()), listener);
  }

  /** Publishes an image under another tag than the targets'. */
  void publishAs(String tag, Image image) {
    Targets.each(targets, target -> publish(target, image, Optional.of(tag)), listener);
  }

  private void publish(ShipmentTarget target, Image image, Optional<String> tag) {
    for (int round = 1; ; round++) {
      try {
        complete(target, image, round > 1);
        for (RawManifest manifest : image.manifests()) {
          target.writer().writeManifest(manifest, Optional.empty());
        }
        for (Tagged tagged : image.tagged()) {
          target.writer().writeManifest(tagged.manifest(), Optional.of(tagged.tag()));
        }
        target.writer().publish(top(target, image, tag), tag);
        if (tag.equals(target.reference().tag())) {
          listener.on(new ShipmentEvent.TargetDone(target.name(), image.top().digest()));
        }
        return;
      } catch (MissingBlobsException e) {
        if (!e.blobs().isEmpty() && e.blobs().stream().noneMatch(blob -> isSent(blob, image))) {
          throw new ModelcarException(
              ErrorCode.REGISTRY_REFUSED,
              e.getMessage() + ": it wants blobs that the image leaves where they are",
              "The registry takes no image with foreign layers; some have a setting that lets it.",
              e);
        }
        if (round == MISSING_ROUNDS) {
          throw new ModelcarException(
              ErrorCode.REGISTRY_CONTENT_MISMATCH,
              target.name() + " does not keep what it was sent: " + e.getMessage(),
              e);
        }
        forget(target, e.blobs());
      }
    }
  }

  /** A list of referrers never loses what the target has found out by itself. */
  private static RawManifest top(ShipmentTarget target, Image image, Optional<String> tag) {
    return tag.filter(Referrer::isTag)
        .flatMap(list -> target.reader().flatMap(there -> there.manifest(list)))
        .map(there -> ReferrersList.joined(there, image.top()))
        .orElse(image.top());
  }

  private boolean isSent(Digest blob, Image image) {
    return image.has(blob)
        || layers.stream().anyMatch(layer -> layer.descriptor().digest().equals(blob));
  }

  /** Every blob is looked for in the target; what is not there is sent, again if need be. */
  private void complete(ShipmentTarget target, Image image, boolean again) {
    look(layer -> {
      if (!layer.isLackedBy(target) && !target.writer().has(layer.descriptor())) {
        layer.forget(target);
      }
    });
    for (ShipmentLayer layer : layers) {
      catchUp(target, layer);
    }
    for (BlobContent config : image.configs()) {
      Descriptor descriptor =
          Descriptor.of("config", config.digest().orElseThrow(), config.size().orElseThrow());
      if (again || !target.writer().has(descriptor)) {
        target.writer().write(config, UploadMemory.none(), TransferListener.none());
      }
    }
    if (target.failure().isPresent()) {
      throw target.failure().get();
    }
  }

  /** Of the tags of one repository one is sent the layer, and the others find it there then. */
  private void catchUp(ShipmentTarget target, ShipmentLayer layer) {
    Lock alone = catchingUp.computeIfAbsent(target.writer().place(), place -> new ReentrantLock());
    alone.lock();
    try {
      layer.move(List.of(target), () -> {});
    } finally {
      alone.unlock();
    }
  }

  /** A target that says it has a blob, and then that it has not, is sent all that it may lack. */
  private void forget(ShipmentTarget target, List<Digest> missing) {
    for (ShipmentLayer layer : layers) {
      if (missing.isEmpty() || missing.contains(layer.descriptor().digest())) {
        layer.forget(target);
      }
    }
  }
}
