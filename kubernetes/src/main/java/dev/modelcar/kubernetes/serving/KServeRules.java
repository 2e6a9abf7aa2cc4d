package dev.modelcar.kubernetes.serving;

import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;

/** Of an object whose controller makes everything else, and of which fields alone are ours. */
record KServeRules(ServedKind kind) implements KindRules {

  @Override
  public ModeChoice mode(DeploySpec spec, ModeChoice.Facts facts) {
    return ModeChoice.of(spec.mode(), facts);
  }

  @Override
  public String uri(DeploySpec spec, ModeChoice choice) {
    return choice.mode().uri(spec.image(), choice.plain());
  }

  @Override
  public List<GenericKubernetesResource> objects(
      DeploySpec spec, String uri, Optional<String> previous, Cluster cluster) {
    return List.of(ServiceManifest.of(spec, uri, previous, cluster.namespace()));
  }

  /** The API server tells by the fields who has made them. */
  @Override
  public void checkOurs(GenericKubernetesResource object, String namespace) {}

  @Override
  public PatchType patch() {
    return PatchType.JSON_MERGE;
  }

  @Override
  public void removeBeside(Cluster cluster, String name) {}

  @Override
  public DeletionPropagation propagation() {
    return DeletionPropagation.BACKGROUND;
  }
}
