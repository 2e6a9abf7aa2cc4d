package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;

/** What is done in another way for KServe's objects than for a plain Deployment. */
sealed interface KindRules permits KServeRules, DeploymentRules {

  static KindRules of(ServedKind kind) {
    return kind == ServedKind.DEPLOYMENT ? new DeploymentRules() : new KServeRules(kind);
  }

  /** How the files come to the server. */
  ModeChoice mode(DeploySpec spec, ModeChoice.Facts facts);

  /** The address of the image, as the object has it. */
  String uri(DeploySpec spec, ModeChoice choice);

  /**
   * The objects that serve an image, the one that is named first.
   *
   * @param previous the image that was served before
   */
  List<GenericKubernetesResource> objects(
      DeploySpec spec, String uri, Optional<String> previous, Cluster cluster);

  /**
   * Lets nothing be changed or removed that somebody else has made.
   *
   * @throws ModelcarException if the object is such
   */
  void checkOurs(GenericKubernetesResource object, String namespace);

  /** The patch that changes a field of the object. */
  PatchType patch();

  /** Removes what belongs to the object and does not go with it. */
  void removeBeside(Cluster cluster, String name);

  /** How what runs for the object goes with it. */
  DeletionPropagation propagation();
}
