package dev.modelcar.kubernetes.tekton;

import dev.modelcar.kubernetes.cluster.ClusterRetries;

/** Hears what happens in a run. */
public interface RunListener extends ClusterRetries.AwayListener {

  /** A task of the run changed its state; the reason is Tekton's word. */
  void task(String task, String reason, String message);

  /** A line that a task printed. */
  void line(String task, String text);
}
