package dev.modelcar.kubernetes.readiness;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a user may well not be permitted to see. */
final class Permitted {
  private Permitted() {}

  /**
   * Reads it.
   *
   * @return nothing if there is none, or the user may not
   * @throws ModelcarException if the cluster does not respond
   */
  static <T> Optional<T> read(Cluster cluster, String what, Supplier<@Nullable T> read) {
    try {
      return cluster.attempt(what, () -> Optional.ofNullable(read.get()));
    } catch (ModelcarException e) {
      if (e.code() == ClusterError.CLUSTER_FORBIDDEN
          || e.code() == ClusterError.CLUSTER_OBJECT_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
