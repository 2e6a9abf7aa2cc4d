package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A connection of the OpenShift AI dashboard: a Secret with annotations that say what it is for.
 */
final class Connection {
  private Connection() {}

  /** What may be wrong with one by which nodes are to pull an image; fails if they cannot. */
  static Optional<String> problem(Cluster cluster, String name, String image) {
    Optional<GenericKubernetesResource> found = cluster.findIfAllowed("Secret", name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> annotations =
        Objects.requireNonNullElse(found.get().getMetadata().getAnnotations(), Map.of());
    String protocol =
        annotations.getOrDefault(
            "opendatahub.io/connection-type-protocol",
            annotations.getOrDefault("opendatahub.io/connection-type-ref", ""));
    String type = Fields.of(found.get()).text("type").orElse("");
    if (!protocol.replace("-v1", "").equals("oci")
        || !type.equals("kubernetes.io/dockerconfigjson")) {
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          "the Secret %s is no connection to a registry: its protocol is \"%s\" and its type %s"
              .formatted(name, protocol, type),
          "Name a connection of the protocol oci; any other pull secret goes with --pull-secret.",
          null);
    }
    return Fields.of(found.get())
        .at("data")
        .text("OCI_HOST")
        .map(text ->
            new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8).strip())
        .filter(host -> !image.contains(host))
        .map("the connection %s is for %%s, and the image is not there".formatted(name)::formatted);
  }
}
