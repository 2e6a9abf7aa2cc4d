package dev.modelcar.kubernetes.serving;

import java.util.List;

/** Whether an image is served. */
public sealed interface Verdict {

  /**
   * The pods that run are new, ready, quiet, and of this image.
   *
   * @param proof how that is known
   */
  record Serving(List<String> pods, String proof) implements Verdict {}

  /**
   * It is not, and will not be without a change.
   *
   * @param stillServing whether an earlier image is served instead
   */
  record Failed(Cause cause, boolean stillServing) implements Verdict {}

  /** Neither came to pass in time. */
  record Undecided(String state) implements Verdict {}
}
