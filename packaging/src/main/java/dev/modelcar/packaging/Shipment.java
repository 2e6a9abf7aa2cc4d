package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One run of a {@link Shipper}. */
final class Shipment {
  /** How often a target may lose blobs between their upload and the manifest. */
  private static final int MISSING_ROUNDS = 3;

  private final LayerPlan plan;
  private final List<ShipmentTarget> targets;
  private final Memory memory;
  private final ShipmentListener listener;
  private final int parallel;
  private final long began = System.nanoTime();
  private final List<ShipmentLayer> layers = new ArrayList<>();
  private final AtomicReference<Optional<ModelcarException>> sourceFailure =
      new AtomicReference<>(Optional.empty());

  Shipment(
      LayerPlan plan,
      List<ShipmentTarget> targets,
      Memory memory,
      ShipmentListener listener,
      int parallel,
      long window) {
    this.plan = plan;
    this.targets = targets;
    this.memory = memory;
    this.listener = listener;
    this.parallel = parallel;
    ShipmentLayer.Context context =
        new ShipmentLayer.Context(memory, listener, window, () -> sourceFailure.get().isPresent());
    Set<Digest> seen = new HashSet<>();
    for (Base.BaseImage image : plan.base().images()) {
      for (Base.BaseLayer layer : image.layers()) {
        if (seen.add(layer.descriptor().digest())) {
          layers.add(ShipmentLayer.of(layer, context));
        }
      }
    }
    plan.layers().forEach(layer -> layers.add(ShipmentLayer.of(layer, context)));
  }

  ShipmentReport run() {
    try {
      Reuse reuse = new Reuse(memory, targets);
      layers.forEach(layer -> layer.lookUp(reuse));
      eachTarget(this::lookAndMount);
      announce();
      eachTarget(this::prepare);
      moveLayers(targets.stream().filter(ShipmentTarget::isActive).toList());
      ImageAssembly.Image image = ImageAssembly.assemble(plan, modelLayers());
      eachTarget(target -> finish(target, image));
      return report(image.top().digest());
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  ShipmentPreview preview() {
    try {
      Reuse reuse = new Reuse(memory, targets);
      layers.forEach(layer -> layer.lookUp(reuse));
      eachTarget(target -> layers.forEach(layer -> layer.lookIn(target)));
      targets.stream()
          .flatMap(target -> target.failure().stream())
          .findFirst()
          .ifPresent(failure -> {
            throw failure;
          });
      return new ShipmentPreview(layers.stream().map(l -> l.preview(targets)).toList());
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  private void lookAndMount(ShipmentTarget target) {
    for (ShipmentLayer layer : layers) {
      if (!layer.lookIn(target)) {
        layer.mountInto(target);
      }
    }
  }

  private void announce() {
    long bytes = 0;
    long reused = 0;
    int moving = 0;
    for (ShipmentLayer layer : layers) {
      long lacking = targets.stream().filter(layer::isLackedBy).count();
      bytes += lacking * layer.size();
      reused += (targets.size() - lacking) * layer.size();
      moving += lacking > 0 ? 1 : 0;
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

  // ---- moving ----

  /** The largest first, so that the small ones fill what is left of the time. */
  private void moveLayers(List<ShipmentTarget> to) {
    List<ShipmentLayer> order = new ArrayList<>(layers);
    order.sort(Comparator.comparingLong(ShipmentLayer::size).reversed());
    Deque<ShipmentLayer> waiting = new ArrayDeque<>(order);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(parallel, order.size()); i++) {
      threads.add(Threads.start("modelcar-layer", () -> drain(waiting, to)));
    }
    Threads.join(threads);
    sourceFailure
        .get()
        .ifPresent(failure -> {
          throw failure;
        });
  }

  private void drain(Deque<ShipmentLayer> waiting, List<ShipmentTarget> to) {
    while (true) {
      ShipmentLayer layer;
      synchronized (waiting) {
        if (waiting.isEmpty() || isOver()) {
          return;
        }
        layer = waiting.removeFirst();
      }
      try {
        layer.move(to);
      } catch (ModelcarException e) {
        sourceFailed(e);
      } catch (RuntimeException | Error e) {
        sourceFailed(unexpected(e));
      }
    }
  }

  private void sourceFailed(ModelcarException e) {
    sourceFailure.updateAndGet(first -> first.isPresent() ? first : Optional.of(e));
  }

  private static ModelcarException unexpected(Throwable e) {
    return new ModelcarException(ErrorCode.UNEXPECTED, "unexpected: " + e, e);
  }

  private boolean isOver() {
    return sourceFailure.get().isPresent() || targets.stream().allMatch(ShipmentTarget::hasFailed);
  }

  // ---- finishing ----

  /** What is known of the model's layers; without it there is no image, and a target says why. */
  private List<KnownLayer> modelLayers() {
    List<KnownLayer> known = new ArrayList<>();
    for (ShipmentLayer layer : layers) {
      if (layer.isOfModel()) {
        known.add(layer.known().orElseThrow(this::firstFailure));
      }
    }
    return known;
  }

  private ModelcarException firstFailure() {
    return targets.stream()
        .flatMap(target -> target.failure().stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a layer was neither moved nor missed"));
  }

  private void finish(ShipmentTarget target, ImageAssembly.Image image) {
    for (int round = 1; ; round++) {
      try {
        complete(target, image, round > 1);
        for (RawManifest child : image.children()) {
          target.writer().writeManifest(child);
        }
        target.writer().publish(image.top(), target.reference().tag());
        listener.on(new ShipmentEvent.TargetDone(target.name(), image.top().digest()));
        return;
      } catch (MissingBlobsException e) {
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

  /** Every blob is looked for in the target; what is not there is sent, again if need be. */
  private void complete(ShipmentTarget target, ImageAssembly.Image image, boolean again) {
    for (ShipmentLayer layer : layers) {
      if (layer.isLackedBy(target) || !target.writer().has(layer.descriptor())) {
        layer.forget(target);
        layer.move(List.of(target));
      }
    }
    for (BlobContent config : image.configs()) {
      Descriptor descriptor =
          Descriptor.of("config", config.digest().orElseThrow(), config.size().orElseThrow());
      if (again || !target.writer().has(descriptor)) {
        target.writer().write(config, UploadMemory.none(), TransferListener.none());
      }
    }
    target
        .failure()
        .ifPresent(failure -> {
          throw failure;
        });
  }

  /** A target that says it has a blob, and then that it has not, is sent all that it may lack. */
  private void forget(ShipmentTarget target, List<Digest> missing) {
    for (ShipmentLayer layer : layers) {
      if (missing.isEmpty() || missing.contains(layer.descriptor().digest())) {
        layer.forget(target);
      }
    }
  }

  private ShipmentReport report(Digest image) {
    return new ShipmentReport(
        image,
        layers.stream().map(ShipmentLayer::outcome).toList(),
        targets.stream().map(ShipmentTarget::outcome).toList(),
        Duration.ofNanos(System.nanoTime() - began));
  }

  /** Does something for each target at the same time; a target whose part fails has failed. */
  private void eachTarget(Consumer<ShipmentTarget> task) {
    List<Thread> threads = new ArrayList<>();
    for (ShipmentTarget target : targets) {
      if (!target.hasFailed()) {
        threads.add(Threads.start("modelcar-target", () -> attempt(target, task)));
      }
    }
    Threads.join(threads);
  }

  private void attempt(ShipmentTarget target, Consumer<ShipmentTarget> task) {
    ModelcarException failure;
    try {
      task.accept(target);
      return;
    } catch (ModelcarException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = unexpected(e);
    }
    if (target.fail(failure)) {
      listener.on(new ShipmentEvent.TargetFailed(target.name(), failure));
    }
  }
}
