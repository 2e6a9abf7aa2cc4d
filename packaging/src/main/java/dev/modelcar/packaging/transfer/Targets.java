package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The targets of a delivery. Things are done to all of them at once, and a target whose part fails
 * has failed by itself. Closing them ends what is under way.
 *
 * @param all in the order in which they were named
 * @param listener hears of those that fail
 */
public record Targets(List<ShipmentTarget> all, ShipmentListener listener)
    implements AutoCloseable {
  public Targets {
    all = List.copyOf(all);
  }

  /** Those that can still have the image. */
  List<ShipmentTarget> able() {
    return all.stream().filter(target -> !target.hasFailed()).toList();
  }

  /** Does something to each that has not failed. */
  public void each(Consumer<ShipmentTarget> task) {
    each(able(), task);
  }

  /** Does something to some of them that have not failed. */
  void each(List<ShipmentTarget> some, Consumer<ShipmentTarget> task) {
    List<Thread> threads = new ArrayList<>();
    for (ShipmentTarget target : some) {
      if (!target.hasFailed()) {
        threads.add(Threads.start("modelcar-target", () -> attempt(target, task)));
      }
    }
    Threads.join(threads);
  }

  private void attempt(ShipmentTarget target, Consumer<ShipmentTarget> task) {
    try {
      task.accept(target);
    } catch (ModelcarException e) {
      fail(target, e);
    } catch (RuntimeException | Error e) {
      fail(target, new ModelcarException(CoreError.UNEXPECTED, "unexpected: " + e, e));
    }
  }

  void fail(ShipmentTarget target, ModelcarException reason) {
    if (target.fail(reason)) {
      listener.on(new ShipmentEvent.TargetFailed(target.name(), reason));
    }
  }

  /** Why nothing can come of it, where no target got so far. */
  public ModelcarException firstFailure() {
    return failures()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a layer was neither moved nor missed"));
  }

  Stream<ModelcarException> failures() {
    return all.stream().map(ShipmentTarget::failure).flatMap(Optional::stream);
  }

  @Override
  public void close() {
    all.forEach(target -> target.writer().close());
  }
}
