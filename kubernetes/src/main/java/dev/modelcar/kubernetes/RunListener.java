package dev.modelcar.kubernetes;

import java.time.Duration;

/** Hears what happens in a run. */
public interface RunListener {

  /** A task of the run changed its state; the reason is Tekton's word. */
  void task(String task, String reason, String message);

  /** A line that a task printed. */
  void line(String task, String text);

  /** The cluster does not answer; it is asked again for so long. */
  void clusterIsAway(String message, Duration patience);

  /** The cluster answers again. */
  void clusterIsBack();
}
