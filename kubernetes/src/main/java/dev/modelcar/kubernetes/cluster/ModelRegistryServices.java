package dev.modelcar.kubernetes.cluster;

import dev.modelcar.core.ModelcarException;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The Model Registries of a cluster, found by the labels and annotations of their Services. */
public final class ModelRegistryServices {
  private static final String LABEL = "component";
  private static final String COMPONENT = "model-registry";
  private static final String ADDRESS = "routing.opendatahub.io/external-address-rest";

  /** Where OpenShift AI, Open Data Hub and Kubeflow have them. */
  private static final List<String> USUAL =
      List.of("rhoai-model-registries", "odh-model-registries", "kubeflow");

  private final Cluster cluster;

  public ModelRegistryServices(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The Services that were found, and the namespaces into which nobody may look. */
  private record Found(List<Service> services, Set<String> hidden, String looked) {}

  /**
   * The URL of the Model Registry with this name, or of the only one there is.
   *
   * @param name of its Service; empty for any
   * @param inside whether this runs in the cluster, where names of Services lead somewhere
   * @throws ModelcarException {@link ClusterError#CLUSTER_MODEL_REGISTRY_NOT_FOUND} with the reason
   */
  public String url(Optional<String> name, boolean inside) {
    Found found = find();
    List<Service> matching =
        found.services().stream()
            .filter(service -> name.map(service.getMetadata().getName()::equals).orElse(true))
            .toList();
    if (matching.isEmpty()) {
      String hidden =
          found.hidden().isEmpty()
              ? ""
              : "; there is no permission to list Services in " + String.join(", ", found.hidden());
      String others = found.services().isEmpty() ? "" : "; there are " + names(found.services());
      throw missing(
          "no Service with the label %s=%s%s in %s%s%s"
              .formatted(
                  LABEL,
                  COMPONENT,
                  name.map(one -> " and the name " + one).orElse(""),
                  found.looked(),
                  others,
                  hidden));
    }
    if (matching.size() > 1) {
      throw missing("the cluster has several Model Registries: " + names(matching));
    }
    return address(matching.getFirst(), inside);
  }

  private Found find() {
    try {
      return new Found(list(Optional.empty()), Set.of(), "any namespace");
    } catch (ModelcarException e) {
      if (e.code() != ClusterError.CLUSTER_FORBIDDEN) {
        throw e;
      }
    }
    List<Service> services = new ArrayList<>();
    Set<String> hidden = new LinkedHashSet<>();
    Set<String> namespaces = new LinkedHashSet<>(USUAL);
    namespaces.add(cluster.namespace());
    for (String namespace : namespaces) {
      try {
        services.addAll(list(Optional.of(namespace)));
      } catch (ModelcarException e) {
        if (e.code() != ClusterError.CLUSTER_FORBIDDEN) {
          throw e;
        }
        hidden.add(namespace);
      }
    }
    return new Found(services, hidden, "the namespaces " + String.join(", ", namespaces));
  }

  private List<Service> list(Optional<String> namespace) {
    var all = cluster.client().services();
    return cluster.attempt(
        "listing the Services of Model Registries",
        () ->
            namespace.isEmpty()
                ? all.inAnyNamespace().withLabel(LABEL, COMPONENT).list().getItems()
                : all.inNamespace(namespace.get()).withLabel(LABEL, COMPONENT).list().getItems());
  }

  private static String names(List<Service> services) {
    return services.stream()
        .map(service ->
            service.getMetadata().getName() + " in " + service.getMetadata().getNamespace())
        .collect(Collectors.joining(", "));
  }

  private static String address(Service service, boolean inside) {
    String external =
        service.getMetadata().getAnnotations() == null
            ? null
            : service.getMetadata().getAnnotations().get(ADDRESS);
    if (external != null && !external.isBlank()) {
      return "https://" + external.strip();
    }
    String name = service.getMetadata().getName();
    String namespace = service.getMetadata().getNamespace();
    List<ServicePort> ports = service.getSpec() == null ? List.of() : service.getSpec().getPorts();
    if (!inside || ports.isEmpty()) {
      throw missing(
          "the Service %s in the namespace %s has no annotation %s%s"
              .formatted(
                  name,
                  namespace,
                  ADDRESS,
                  inside ? " and no port" : ", and its name leads nowhere outside of the cluster"));
    }
    ServicePort port =
        ports.stream().filter(ModelRegistryServices::isRest).findFirst().orElse(ports.getFirst());
    return "%s://%s.%s.svc:%d"
        .formatted(isTls(port) ? "https" : "http", name, namespace, port.getPort());
  }

  private static boolean isRest(ServicePort port) {
    return String.valueOf(port.getName()).startsWith("http");
  }

  private static boolean isTls(ServicePort port) {
    return port.getPort() == 8443
        || port.getPort() == 443
        || String.valueOf(port.getName()).startsWith("https");
  }

  private static ModelcarException missing(String why) {
    return new ModelcarException(ClusterError.CLUSTER_MODEL_REGISTRY_NOT_FOUND, why);
  }
}
