package dev.modelcar.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.evidence.KubeObject;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Utils;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * Connects to the cluster of the kubeconfig.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @throws ModelcarException if the kubeconfig cannot be used; without an excerpt of it, for it
   *     has tokens and keys
   */
  public static Cluster connect(Optional<String> namespace) {
    if (!isKnown()) {
      throw new ModelcarException(
          ClusterError.KUBECONFIG_INVALID,
          "there is no kubeconfig at %s, and this is no pod of a cluster".formatted(kubeconfigs()),
          "Name the file in KUBECONFIG, or log in to the cluster, which creates it.",
          null);
    }
    try {
      return new Cluster(new KubernetesClientBuilder(), namespace);
    } catch (RuntimeException e) {
      throw new ModelcarException(
          ClusterError.KUBECONFIG_INVALID,
          "the kubeconfig %s cannot be used%s"
              .formatted(
                  kubeconfigs(), ParseErrors.reason(e).map(reason -> ": " + reason).orElse("")));
    }
  }

  private static String kubeconfigs() {
    return Config.getKubeconfigFilenames().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /** Whether anything says where a cluster is; the client would try a name that only pods know. */
  private static boolean isKnown() {
    return Config.getKubeconfigFilenames().stream()
            .anyMatch(file -> Files.exists(Path.of(String.valueOf(file))))
        || Stream.of(
                Config.KUBERNETES_MASTER_SYSTEM_PROPERTY, Config.KUBERNETES_SERVICE_HOST_PROPERTY)
            .anyMatch(name -> Utils.getSystemPropertyOrEnvVar(name) != null);
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

  /** The CustomResourceDefinitions of the cluster, as JSON. */
  public List<JsonNode> definitions() {
    return attempt(
        "listing the CustomResourceDefinitions",
        () ->
            client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .map(definition ->
                    client.getKubernetesSerialization().convertValue(definition, JsonNode.class))
                .toList());
  }

  public NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      tekton(String kind) {
    return objects("tekton.dev", "v1", kind);
  }

  /** Objects of a kind whose plural is its name with an s. */
  public NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(String group, String version, String kind) {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(true)
                .build())
        .inNamespace(namespace);
  }

  /** The objects of the kind that an object has. */
  public NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(GenericKubernetesResource like) {
    String[] words = like.getApiVersion().split("/", 2);
    return words.length == 1
        ? objects("", words[0], like.getKind())
        : objects(words[0], words[1], like.getKind());
  }

  /**
   * An object of Kubernetes itself, such as a Secret, as far as the user may see it.
   *
   * @throws ModelcarException if there is none
   */
  public Optional<GenericKubernetesResource> findIfAllowed(String kind, String name) {
    try {
      return Optional.of(found(kind, name, () -> objects("", "v1", kind).withName(name).get()));
    } catch (ModelcarException e) {
      if (e.code() == ClusterError.CLUSTER_FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * An object of Tekton's.
   *
   * @throws ModelcarException if there is none
   */
  public GenericKubernetesResource find(String kind, String name) {
    return found(kind, name, () -> tekton(kind).withName(name).get());
  }

  private GenericKubernetesResource found(
      String kind, String name, Supplier<@Nullable GenericKubernetesResource> request) {
    return attempt("reading %s %s".formatted(kind, name), () -> Optional.ofNullable(request.get()))
        .orElseThrow(() -> missing(kind, name));
  }

  private ModelcarException missing(String kind, String name) {
    ModelcarException e =
        new ModelcarException(
            ClusterError.CLUSTER_OBJECT_NOT_FOUND,
            "%s %s not found in the namespace %s".formatted(kind, name, namespace));
    String hint =
        switch (kind) {
          case "Pipeline", "Task", "ServiceAccount" -> e.hint();
          case "Secret" ->
              "Create it (`kubectl -n %s create secret docker-registry %s --docker-server=HOST …`), or name another."
                  .formatted(namespace, name);
          default ->
              "`kubectl -n %s get %ss` lists those that exist; name one, or another namespace with -n."
                  .formatted(namespace, kind.toLowerCase(Locale.ROOT));
        };
    return e.advising(hint);
  }

  /**
   * An object as a diagnosis looks at it.
   *
   * @param kind for objects out of a list, which need not say it
   */
  public KubeObject evidence(HasMetadata object, String kind) {
    JsonNode node = client.getKubernetesSerialization().convertValue(object, JsonNode.class);
    if (node.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
    if (node instanceof ObjectNode fields && !fields.path("kind").isTextual()) {
      fields.put("kind", kind);
    }
    return new KubeObject(node);
  }

  /** A container of a pod, which is not waited for. */
  public ContainerResource container(String pod, String container) {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .inContainer(container)
        .withReadyWaitTimeout(null);
  }

  /**
   * Whether the user has a right in the namespace.
   *
   * @param group empty for that of Kubernetes itself
   * @param part of the resource, such as {@code log}; empty for the whole
   * @throws ModelcarException if that may not be asked
   */
  public boolean may(String verb, String group, String resource, String part) {
    SelfSubjectAccessReview asked =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(attributes(verb, group, resource, part))
            .endSpec()
            .build();
    SelfSubjectAccessReview review =
        attempt(
            "asking for the right to %s %s".formatted(verb, resource),
            () -> client.authorization().v1().selfSubjectAccessReview().create(asked));
    return Boolean.TRUE.equals(review.getStatus().getAllowed());
  }

  /**
   * Whether a ServiceAccount of the namespace has a right in it; nothing if this user may not ask
   * that.
   *
   * @param group empty for that of Kubernetes itself
   * @param part of the resource, such as {@code log}; empty for the whole
   * @throws ModelcarException if the cluster does not respond
   */
  public Optional<Boolean> mayAccount(
      String account, String verb, String group, String resource, String part) {
    SubjectAccessReview asked =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:%s:%s".formatted(namespace, account))
            .withGroups(
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace,
                "system:authenticated")
            .withResourceAttributes(attributes(verb, group, resource, part))
            .endSpec()
            .build();
    try {
      SubjectAccessReview review =
          attempt(
              "asking for the right of %s to %s %s".formatted(account, verb, resource),
              () -> client.authorization().v1().subjectAccessReview().create(asked));
      return Optional.of(Boolean.TRUE.equals(review.getStatus().getAllowed()));
    } catch (ModelcarException e) {
      if (e.code() == ClusterError.CLUSTER_FORBIDDEN
          || e.code() == ClusterError.CLUSTER_OBJECT_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private ResourceAttributes attributes(String verb, String group, String resource, String part) {
    return new ResourceAttributesBuilder()
        .withNamespace(namespace)
        .withVerb(verb)
        .withGroup(group)
        .withResource(resource)
        .withSubresource(part)
        .build();
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
      String where =
          e.getCode() == 0 ? " (API server %s)".formatted(client.getMasterUrl().getHost()) : "";
      throw new ModelcarException(
          code(e.getCode()), "%s: %s%s".formatted(what, reason(e), where), e);
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

  /**
   * The cluster's own words; without a response, those of the deepest cause that has some. A
   * response that cannot be read is not quoted.
   */
  private static String reason(KubernetesClientException e) {
    if (e.getStatus() != null) {
      return e.getStatus().getMessage();
    }
    Optional<String> unreadable = ParseErrors.reason(e);
    if (unreadable.isPresent()) {
      return "unexpected response, " + unreadable.get();
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
