package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Of a Deployment that mounts the image, with a Service of the same name. */
record DeploymentRules() implements KindRules {

  @Override
  public ModeChoice mode(DeploySpec spec, ModeChoice.Facts facts) {
    return ModeChoice.mounted(facts, !spec.nodeSelector().isEmpty());
  }

  @Override
  public String uri(DeploySpec spec, ModeChoice choice) {
    return spec.image();
  }

  @Override
  public List<GenericKubernetesResource> objects(
      DeploySpec spec, String uri, Optional<String> previous, Cluster cluster) {
    return DeploymentManifest.of(spec, previous, cluster.namespace(), cluster.isOpenShift());
  }

  /** One of somebody else would get a second container. */
  @Override
  public void checkOurs(GenericKubernetesResource object, String namespace) {
    Map<String, String> labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    if (!ServiceManifest.MANAGER.equals(labels.get("app.kubernetes.io/managed-by"))) {
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          "deployment/%s in the namespace %s exists, and is none of modelcar's"
              .formatted(object.getMetadata().getName(), namespace),
          "Deploy under another name.",
          null);
    }
  }

  /** Its volumes are a list, of which one element changes. */
  @Override
  public PatchType patch() {
    return PatchType.STRATEGIC_MERGE;
  }

  @Override
  public void removeBeside(Cluster cluster, String name) {
    cluster.attempt(
        "deleting Service " + name,
        () -> cluster.client().services().inNamespace(cluster.namespace()).withName(name).delete());
  }

  /** It is gone when its pods are. */
  @Override
  public DeletionPropagation propagation() {
    return DeletionPropagation.FOREGROUND;
  }
}
