package dev.modelcar.packaging.reuse;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.Blob;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.ModelLayer;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.Arrivals;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Leaves word in the registries of the layers that have arrived, while a shipment is under way, so
 * that a run on another machine finds them. It costs a few small requests for each half gibibyte,
 * and at an early end; a receipt that cannot be written is no failure, for it only saves work.
 */
public final class Receipts implements Arrivals {
  private static final long DISTANCE = 512L << 20;
  private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

  private final Optional<Digest> plan;
  private final Part part;
  private final Consumer<PlannedLayer> everywhere;
  private final RunDocuments.Author author;
  private final List<ShipmentTarget> targets;
  private Optional<List<String>> earlier = Optional.empty();
  private boolean anyArrived;
  private final Map<ShipmentTarget, State> states = new HashMap<>();

  private static final class State {
    final List<KnownLayer> layers = new ArrayList<>();
    long pending;
    Optional<Digest> written = Optional.empty();
  }

  /**
   * @param plan nothing writes nothing
   * @param everywhere hears of each layer of the model that all targets have
   * @param author of the document of this run
   */
  public Receipts(
      Optional<Digest> plan,
      Part part,
      List<ShipmentTarget> targets,
      Consumer<PlannedLayer> everywhere,
      RunDocuments.Author author) {
    this.plan = plan;
    this.part = part;
    this.everywhere = everywhere;
    this.author = author;
    this.targets = List.copyOf(targets);
    for (ShipmentTarget target : targets) {
      states.put(target, new State());
    }
  }

  @Override
  public void arrived(ShipmentTarget target, Blob blob) {
    if (plan.isEmpty()
        || target.reader().isEmpty()
        || !(blob instanceof ModelLayer model)
        || model.layer().isEmpty()) {
      return;
    }
    synchronized (this) {
      anyArrived = true;
    }
    KnownLayer layer = model.layer().get();
    State state = Objects.requireNonNull(states.get(target));
    synchronized (state) {
      state.layers.add(layer);
      state.pending += layer.descriptor().size();
      if (state.pending >= DISTANCE) {
        state.pending = 0;
        write(target, state, plan.get());
      }
    }
  }

  @Override
  public void arrivedEverywhere(Blob blob) {
    if (blob instanceof ModelLayer model) {
      everywhere.accept(model.planned());
    }
  }

  /** The part manifest of this worker, once all of its layers have arrived. */
  public PartManifest whole(List<KnownLayer> layers) {
    return new PartManifest(plan.orElseThrow(), part, true, layers, runs(true));
  }

  /**
   * The documents of all runs of this part. A run that found everything there adds none, so that
   * the same command leaves the same manifest.
   */
  private synchronized List<String> runs(boolean complete) {
    Optional<String> now = author.write(complete);
    if (now.isEmpty()) {
      return List.of();
    }
    List<String> before =
        earlier.orElseGet(() ->
            targets.stream()
                .filter(target -> !target.hasFailed())
                .map(this::left)
                .filter(left -> !left.isEmpty())
                .findFirst()
                .orElse(List.of()));
    earlier = Optional.of(before);
    return RunDocuments.joined(
        before, now.filter(document -> anyArrived || !RunDocuments.haveComplete(before)));
  }

  private List<String> left(ShipmentTarget target) {
    return Reuse.unlessBroken(() ->
        RunDocuments.in(target, plan.orElseThrow(), List.of(part)).stream()
            .flatMap(found -> found.runs().stream())
            .toList());
  }

  /**
   * What has arrived since the last receipts is written down, too. An interrupted thread takes a
   * second for it and no more.
   */
  @Override
  public void endedEarly() {
    boolean interrupted = Thread.interrupted();
    Thread writing = Threads.start("modelcar-receipts", () -> states.forEach(this::writeRest));
    try {
      if (interrupted) {
        writing.join(LAST_MOMENT);
      } else {
        writing.join();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeRest(ShipmentTarget target, State state) {
    synchronized (state) {
      if (plan.isPresent() && state.pending > 0 && !target.hasFailed()) {
        state.pending = 0;
        write(target, state, plan.get());
      }
    }
  }

  private void write(ShipmentTarget target, State state, Digest id) {
    PartManifest receipt = new PartManifest(id, part, false, state.layers, runs(false));
    ImageDocuments documents = receipt.documents();
    RawManifest manifest = documents.top();
    try {
      for (BlobContent config : documents.configs()) {
        target.writer().write(config, UploadMemory.none(), TransferListener.none());
      }
      target.writer().publish(manifest, documents.tag());
      state.written = Optional.of(manifest.digest());
    } catch (MissingBlobsException | ModelcarException e) {
      // The next one may work; the shipment itself says what is wrong if more than this fails.
      state.written = Optional.empty();
    }
  }

  /** The target has the image: nobody needs the receipt any more. */
  public void remove(ShipmentTarget target) {
    Optional.ofNullable(states.get(target))
        .flatMap(state -> state.written)
        .ifPresent(written -> {
          try {
            var _ = target.writer().delete(written);
          } catch (ModelcarException e) {
            // Then it stays: a tag that does no harm.
          }
        });
  }
}
