package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Sends one blob to the targets that lack it, from one read. */
final class FanOut {
  /** How long a target may keep the others waiting over one blob. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final BlobContent content;
  private final TrackedContent tracked;
  private final List<ShipmentTarget> to;
  private final Function<ShipmentTarget, UploadMemory> memory;
  private final Targets targets;
  private final ShipmentListener listener;
  private final long window;
  private final SourceFailure source;
  private final Runnable allSent;
  private final AtomicInteger sending;
  private final Set<ShipmentTarget> done = ConcurrentHashMap.newKeySet();

  /**
   * @param allSent runs when the last byte has gone to the last of the targets that do not fail
   */
  FanOut(
      BlobContent content,
      List<ShipmentTarget> to,
      Function<ShipmentTarget, UploadMemory> memory,
      Targets targets,
      TransferSettings settings,
      SourceFailure source,
      Runnable allSent) {
    this.content = content;
    this.tracked = new TrackedContent(content, source::isOver);
    this.to = to;
    this.memory = memory;
    this.targets = targets;
    this.listener = settings.listener();
    this.window = settings.window();
    this.source = source;
    this.allSent = allSent;
    this.sending = new AtomicInteger(to.size());
  }

  /**
   * Sends the blob. Targets that fail are marked; the others go on.
   *
   * @return the targets that have it now
   * @throws ModelcarException if the source fails, which is everybody's failure
   */
  List<ShipmentTarget> send() {
    if (to.size() == 1) {
      upload(to.getFirst(), tracked);
    } else if (to.size() > 1) {
      uploadToSeveral();
    }
    Optional<ModelcarException> failure = tracked.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    return List.copyOf(done);
  }

  private void uploadToSeveral() {
    try (SharedRead read = new SharedRead(tracked, to.size(), window, GRACE, System::nanoTime)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < to.size(); i++) {
        int index = i;
        threads.add(
            Threads.start(
                "modelcar-target",
                () -> {
                  try {
                    upload(to.get(index), read.view(index));
                  } finally {
                    read.leave(index);
                  }
                }));
      }
      Threads.join(threads);
    }
  }

  private void upload(ShipmentTarget target, BlobContent from) {
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
      // Where the delivery is over, its source has failed; targets have no part in that.
      if (tracked.failure().isEmpty() && !source.isOver()) {
        targets.fail(target, e);
      }
    } catch (RuntimeException | Error e) {
      targets.fail(target, new ModelcarException(CoreError.UNEXPECTED, "unexpected: " + e, e));
    } finally {
      transfer.sent();
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

    /** All bytes have gone, or none will any more. An upload that starts over takes no slot. */
    void sent() {
      if (!isSent) {
        isSent = true;
        if (sending.decrementAndGet() == 0) {
          allSent.run();
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
