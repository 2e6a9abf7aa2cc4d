package dev.modelcar.kubernetes.cluster;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.ConnectException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** A namespace of a cluster: requests to it, and what their failures mean. */
public final class Cluster implements AutoCloseable {
  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;
  private final Warnings warnings = new Warnings();
  private final String namespace;

  /** Connects to the cluster of the kubeconfig, or fails as the client does. */
  public Cluster(KubernetesClientBuilder builder, Optional<String> namespace) {
    this.client =
        builder
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("warnings", warnings))
            .build();
    this.namespace =
        namespace
            .or(() -> Optional.ofNullable(client.getConfiguration().getNamespace()))
            .orElse("default");
  }

  public KubernetesClient client() {
    return client;
  }

  public String namespace() {
    return namespace;
  }

  /** What the API server has warned of since the last call. */
  public List<String> warnings() {
    return warnings.take();
  }

  /** Whether this is OpenShift, which has rules of its own for who a pod is. */
  public boolean isOpenShift() {
    return attempt(
        "listing the API groups", () -> client.hasApiGroup("security.openshift.io", true));
  }

  public NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      tekton(String kind) {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup("tekton.dev")
                .withVersion("v1")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(true)
                .build())
        .inNamespace(namespace);
  }

  /**
   * An object of Tekton's.
   *
   * @throws ModelcarException if there is none
   */
  public GenericKubernetesResource find(String kind, String name) {
    return attempt(
            "reading %s %s".formatted(kind, name),
            () -> Optional.ofNullable(tekton(kind).withName(name).get()))
        .orElseThrow(() ->
            new ModelcarException(
                ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                "%s %s not found in the namespace %s".formatted(kind, name, namespace)));
  }

  /**
   * Sends a request.
   *
   * @param what is being done, for the message
   * @throws ModelcarException if it fails; {@link ClusterError#CLUSTER_UNREACHABLE} if the same may
   *     succeed later
   */
  public <T> T attempt(String what, Supplier<T> request) {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw stopped(what, e);
      }
      throw new ModelcarException(code(e.getCode()), "%s: %s".formatted(what, reason(e)), e);
    }
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 401, 403 -> ClusterError.CLUSTER_FORBIDDEN;
      case 404 -> ClusterError.CLUSTER_OBJECT_NOT_FOUND;
      case TOO_MANY_REQUESTS -> ClusterError.CLUSTER_UNREACHABLE;
      default ->
          status >= 400 && status < 500
              ? ClusterError.CLUSTER_REFUSED
              : ClusterError.CLUSTER_UNREACHABLE;
    };
  }

  /** The cluster's own words; without an answer, those of the deepest cause that has some. */
  private static String reason(KubernetesClientException e) {
    if (e.getStatus() != null) {
      return e.getStatus().getMessage();
    }
    String said = String.valueOf(e.getMessage());
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        said = cause.getMessage();
      } else if (cause instanceof ConnectException) {
        said = "the connection was refused";
      }
    }
    return said;
  }

  /** What an interruption becomes; the thread stays interrupted. */
  public static ModelcarException stopped(String what, Throwable cause) {
    Thread.currentThread().interrupt();
    return new ModelcarException(CoreError.STOPPED, "stopped while " + what, cause);
  }

  @Override
  public void close() {
    client.close();
  }
}
