package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leaves word in the registries of the layers that have arrived, while a shipment is under way, so
 * that a run on another machine finds them. It costs a few small requests for each half gibibyte,
 * and at an early end; a receipt that cannot be written is no failure, for it only saves work.
 */
final class Receipts {
  private static final long DISTANCE = 512L << 20;
  private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

  private final Optional<Digest> plan;
  private final Part part;
  private final Map<ShipmentTarget, State> states = new HashMap<>();

  private static final class State {
    final List<KnownLayer> layers = new ArrayList<>();
    long pending;
    Optional<Digest> written = Optional.empty();
  }

  /**
   * @param plan nothing writes nothing
   */
  Receipts(Optional<Digest> plan, Part part, List<ShipmentTarget> targets) {
    this.plan = plan;
    this.part = part;
    for (ShipmentTarget target : targets) {
      states.put(target, new State());
    }
  }

  static Receipts none() {
    return new Receipts(Optional.empty(), new Part(1, 1), List.of());
  }

  /** A target has a layer of the model that it lacked. */
  void arrived(ShipmentTarget target, KnownLayer layer) {
    Optional<State> found = Optional.ofNullable(states.get(target));
    if (plan.isEmpty() || found.isEmpty() || target.reader().isEmpty()) {
      return;
    }
    State state = found.get();
    synchronized (state) {
      state.layers.add(layer);
      state.pending += layer.descriptor().size();
      if (state.pending >= DISTANCE) {
        state.pending = 0;
        write(target, state, plan.get());
      }
    }
  }

  /**
   * The shipment ends before its time: what has arrived since the last receipts is written down,
   * too. An interrupted thread takes a second for it and no more.
   */
  void writeRest() {
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
    PartManifest receipt = new PartManifest(id, part, false, state.layers);
    BlobContent config = receipt.config();
    RawManifest manifest = receipt.manifest(config);
    try {
      target.writer().write(config, UploadMemory.none(), TransferListener.none());
      target.writer().publish(manifest, Optional.of(receipt.tag()));
      state.written = Optional.of(manifest.digest());
    } catch (MissingBlobsException | ModelcarException e) {
      // The next one may work; the shipment itself says what is wrong if more than this fails.
      state.written = Optional.empty();
    }
  }

  /** The target has the image: nobody needs the receipt any more. */
  void remove(ShipmentTarget target) {
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
