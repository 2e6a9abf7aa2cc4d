package dev.modelcar.cli;

import dev.modelcar.packaging.transfer.ShipmentEvent;

/** How progress is shown. Calls come one at a time. */
interface ProgressView extends AutoCloseable {
  void begin(ShipmentEvent.Begun begun);

  void reused(ShipmentEvent.LayerReused reused);

  void left(ShipmentEvent.LayerLeft left);

  /** Whether the view would show an update at this time. */
  boolean wantsUpdate(long nanoTime);

  void update(Progress.State state);

  void resumed(ShipmentEvent.LayerResumed resumed);

  void done(ShipmentEvent.LayerDone done, Progress.State state);

  void comparing(ShipmentEvent.Comparing comparing);

  void waiting(ShipmentEvent.Waiting waiting);

  void detached(String target);

  void published(ShipmentEvent.TargetDone target);

  void failed(ShipmentEvent.TargetFailed failed);

  @Override
  void close();
}
