package dev.modelcar.kubernetes;

/** Hears what happens in a run. */
public interface RunListener {

  /** A task of the run changed its state; the reason is Tekton's word. */
  void task(String task, String reason, String message);

  /** A line that a task printed. */
  void line(String task, String text);
}
