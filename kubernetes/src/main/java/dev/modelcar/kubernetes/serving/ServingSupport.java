package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import java.util.Optional;

/** How images would be served in a namespace. */
public final class ServingSupport {
  private ServingSupport() {}

  /**
   * The mode that would be chosen, and why, for a message.
   *
   * @throws ModelcarException if images cannot be served there
   */
  public static String of(Cluster cluster) {
    ModeChoice choice =
        cluster.attempt(
            "reading how KServe is set up",
            () -> ModeChoice.of(Optional.empty(), ModeChoice.facts(cluster)));
    return "%s mode (%s)".formatted(choice.mode().id(), choice.why());
  }
}
