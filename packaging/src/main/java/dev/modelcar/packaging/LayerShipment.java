package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.packaging.layers.DetachedException;
import dev.modelcar.packaging.layers.SharedRead;
import dev.modelcar.packaging.layers.TrackedContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Moves one blob to the targets that lack it, from one read. */
final class LayerShipment {
  /** How long a target may keep the others waiting over one layer. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final BlobContent content;
  private final TrackedContent tracked;
  private final List<ShipmentTarget> targets;
  private final Function<ShipmentTarget, UploadMemory> memory;
  private final ShipmentListener listener;
  private final long window;
  private final BooleanSupplier isOver;
  private final Runnable sent;
  private final AtomicInteger sending;
  private final Set<ShipmentTarget> done = ConcurrentHashMap.newKeySet();

  /**
   * @param window how far the fastest target may be ahead of the slowest, in bytes
   * @param sent runs when the last byte has gone to the last of the targets that do not fail
   */
  LayerShipment(
      BlobContent content,
      List<ShipmentTarget> targets,
      Function<ShipmentTarget, UploadMemory> memory,
      ShipmentListener listener,
      long window,
      BooleanSupplier isOver,
      Runnable sent) {
    this.content = content;
    this.tracked = new TrackedContent(content, isOver);
    this.targets = targets;
    this.memory = memory;
    this.listener = listener;
    this.window = window;
    this.isOver = isOver;
    this.sent = sent;
    this.sending = new AtomicInteger(targets.size());
  }

  /**
   * Moves the blob. Targets that fail are marked; the others go on.
   *
   * @return the targets that have it now
   * @throws ModelcarException if the source fails, which is everybody's failure
   */
  List<ShipmentTarget> run() {
    if (targets.size() == 1) {
      move(targets.getFirst(), tracked);
    } else if (targets.size() > 1) {
      moveToSeveral();
    }
    Optional<ModelcarException> failure = tracked.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    return List.copyOf(done);
  }

  private void moveToSeveral() {
    try (SharedRead read =
        new SharedRead(tracked, targets.size(), window, GRACE, System::nanoTime)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        int index = i;
        threads.add(
            Threads.start(
                "modelcar-target",
                () -> {
                  try {
                    move(targets.get(index), read.view(index));
                  } finally {
                    read.leave(index);
                  }
                }));
      }
      Threads.join(threads);
    }
  }

  private void move(ShipmentTarget target, BlobContent from) {
    listener.on(
        new ShipmentEvent.LayerBegun(content.name(), target.name(), content.size().orElse(0)));
    Listener transfer = new Listener(target);
    try (UploadMemory upload = memory.apply(target)) {
      Digest digest = target.writer().write(from, upload, transfer);
      done.add(target);
      listener.on(
          new ShipmentEvent.LayerDone(
              content.name(), target.name(), digest, content.size().orElse(transfer.position)));
    } catch (DetachedException e) {
      if (target.detach()) {
        listener.on(new ShipmentEvent.TargetDetached(target.name()));
      }
    } catch (ModelcarException e) {
      // Where the shipment is over, its source has failed; targets have no part in that.
      if (tracked.failure().isEmpty() && !isOver.getAsBoolean()) {
        fail(target, e);
      }
    } catch (RuntimeException | Error e) {
      fail(target, new ModelcarException(ErrorCode.UNEXPECTED, "unexpected: " + e, e));
    } finally {
      transfer.sent();
    }
  }

  private void fail(ShipmentTarget target, ModelcarException reason) {
    if (target.fail(reason)) {
      listener.on(new ShipmentEvent.TargetFailed(target.name(), reason));
    }
  }

  private final class Listener implements TransferListener {
    private final ShipmentTarget target;
    private long position;
    private boolean isSent;

    Listener(ShipmentTarget target) {
      this.target = target;
    }

    @Override
    public void moved(long bytes) {
      position += bytes;
      // Where files are freed for what is written, a disk has room for what is under way alone.
      if (position == content.size().orElse(-1)
          && target.reference() instanceof ImageReference.Registry) {
        sent();
      }
      target.moved(bytes);
      listener.on(new ShipmentEvent.LayerMoved(content.name(), target.name(), bytes));
    }

    /**
     * All bytes have gone, or none will any more. An upload that begins anew takes no lane again.
     */
    void sent() {
      if (!isSent) {
        isSent = true;
        if (sending.decrementAndGet() == 0) {
          sent.run();
        }
      }
    }

    @Override
    public void resumed(long offset) {
      position = offset;
      listener.on(new ShipmentEvent.LayerResumed(content.name(), target.name(), offset));
    }

    @Override
    public void waiting(Duration wait, String why) {
      listener.on(new ShipmentEvent.Waiting(why, wait));
    }
  }
}
