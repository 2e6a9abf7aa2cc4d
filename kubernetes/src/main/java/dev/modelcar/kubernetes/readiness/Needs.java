package dev.modelcar.kubernetes.readiness;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run needs of a cluster.
 *
 * @param account the ServiceAccount of the tasks
 * @param references what the run refers to
 * @param registries hosts that the Secrets among them should have logins for
 * @param serving whether an InferenceService is going to be made, and what for
 */
public record Needs(
    String account, List<Reference> references, Set<String> registries, Optional<Serving> serving) {

  /**
   * An object of the namespace.
   *
   * @param kind such as {@code Secret}
   * @param key of its data, which it has to have as well
   */
  public record Reference(String kind, String name, Optional<String> key) {}

  /**
   * What is served.
   *
   * @param gpus of each pod; 0 if it is not known
   */
  public record Serving(int gpus) {}

  public Needs {
    references = List.copyOf(references);
    registries = Set.copyOf(registries);
  }
}
