package dev.modelcar.kubernetes.readiness;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.kubernetes.cluster.Cluster;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Asks a cluster, before a run, for what the run will need. Nothing is created. */
public final class Readiness implements AutoCloseable {
  private final Cluster cluster;

  Readiness(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Connects to the cluster of the kubeconfig, or to the one whose pod this is.
   *
   * @throws ModelcarException if there is none
   */
  public static Readiness connect(Optional<String> namespace) {
    return new Readiness(Cluster.connect(namespace));
  }

  public String namespace() {
    return cluster.namespace();
  }

  /**
   * Checks what a run needs, all of it at once.
   *
   * @param bytes of the image; empty if they are not known. It may take its time.
   * @throws ModelcarException if the cluster does not respond
   */
  public List<Answer> check(Needs needs, Supplier<OptionalLong> bytes) {
    List<Supplier<List<Answer>>> checks =
        List.of(
            () -> new RunObjects(cluster, needs).check(bytes),
            () -> new Rights(cluster).check(needs),
            () -> new Admission(cluster).check(needs.account()),
            () -> new Quotas(cluster).check(),
            () -> new Installed(cluster).check(needs),
            () ->
                needs
                    .serving()
                    .map(serving -> new Nodes(cluster).check(serving, bytes.get()))
                    .orElse(List.of()));
    return Threads.map(checks, checks.size(), "checking the cluster", Supplier::get).stream()
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
