package dev.modelcar.packaging;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Does things to several targets at once. */
final class Targets {
  private Targets() {}

  /** Does something to each that has not failed; a target whose part fails has failed. */
  static void each(
      List<ShipmentTarget> targets, Consumer<ShipmentTarget> task, ShipmentListener listener) {
    List<Thread> threads = new ArrayList<>();
    for (ShipmentTarget target : targets) {
      if (!target.hasFailed()) {
        threads.add(Threads.start("modelcar-target", () -> attempt(target, task, listener)));
      }
    }
    Threads.join(threads);
  }

  private static void attempt(
      ShipmentTarget target, Consumer<ShipmentTarget> task, ShipmentListener listener) {
    ModelcarException failure;
    try {
      task.accept(target);
      return;
    } catch (ModelcarException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new ModelcarException(ErrorCode.UNEXPECTED, "unexpected: " + e, e);
    }
    if (target.fail(failure)) {
      listener.on(new ShipmentEvent.TargetFailed(target.name(), failure));
    }
  }
}
