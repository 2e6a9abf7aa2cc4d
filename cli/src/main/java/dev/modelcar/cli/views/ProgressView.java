package dev.modelcar.cli.views;

import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.util.List;

/** How progress is shown. Calls come one at a time. */
interface ProgressView extends AutoCloseable {
  /** Shows a line that stays. */
  void line(String text);

  /** Shows a line that is only of interest for a moment. */
  void brief(String text);

  void begin(ShipmentEvent.Begun begun);

  void reused(ShipmentEvent.LayerReused reused);

  /** Whether the view would show an update at this time. */
  boolean wantsUpdate(long nanoTime);

  void update(Progress.State state);

  /**
   * A layer is in all targets that it was on its way to.
   *
   * @param done its arrival in the last of them
   * @param targets all of them
   */
  void done(ShipmentEvent.LayerDone done, List<String> targets, Progress.State state);

  void published(ShipmentEvent.TargetDone target);

  @Override
  default void close() {}
}
