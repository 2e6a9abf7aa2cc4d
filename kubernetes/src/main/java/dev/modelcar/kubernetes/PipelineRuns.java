package dev.modelcar.kubernetes;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs of pipelines on the cluster that {@code KUBECONFIG} leads to. Objects are sent with strict
 * validation, and a warning of the server is an error: fields that are dropped in silence have cost
 * people days.
 */
public final class PipelineRuns implements AutoCloseable {
  private static final Duration GLANCE = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final Warnings warnings = new Warnings();
  private final String namespace;

  private PipelineRuns(Optional<String> namespace) {
    this.client =
        new KubernetesClientBuilder()
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("warnings", warnings))
            .build();
    this.namespace =
        namespace
            .or(() -> Optional.ofNullable(client.getConfiguration().getNamespace()))
            .orElse("default");
  }

  /**
   * Connects to a cluster.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @throws ModelcarException if there is no kubeconfig that can be used
   */
  public static PipelineRuns connect(Optional<String> namespace) {
    try {
      return new PipelineRuns(namespace);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new ModelcarException(
          ErrorCode.CLUSTER_UNREACHABLE, "no cluster can be used: " + e.getMessage(), e);
    }
  }

  public String namespace() {
    return namespace;
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      tekton(String kind) {
    return client.genericKubernetesResources(
        new ResourceDefinitionContext.Builder()
            .withGroup("tekton.dev")
            .withVersion("v1")
            .withKind(kind)
            .withPlural(kind.toLowerCase(java.util.Locale.ROOT) + "s")
            .withNamespaced(true)
            .build());
  }

  // ---- starting ----

  /** Starts a run and returns its name. */
  public String start(RunRequest request) {
    Map<String, Object> pipeline = spec(find("Pipeline", request.pipeline()));
    return create(request.pipeline(), RunSpec.of(request, pipeline));
  }

  /**
   * Starts a run anew that has ended; what it had moved is found by its tasks. One that was asked
   * to stop is waited for.
   *
   * @throws ModelcarException if the run goes on: two of them would send everything twice
   */
  public String startAnew(String name) {
    GenericKubernetesResource run = find("PipelineRun", name);
    Map<String, Object> spec = new LinkedHashMap<>(spec(run));
    boolean stopping = spec.remove("status") != null;
    if (!hasEnded(run)) {
      if (!stopping) {
        throw new ModelcarException(
            ErrorCode.CLUSTER_REFUSED,
            "the run %s has not ended".formatted(name),
            "Wait for its end, or cancel it, and resume it then.",
            null);
      }
      awaitEnd(name);
    }
    return create(RunSpec.pipelineName(spec), spec);
  }

  private static boolean hasEnded(GenericKubernetesResource run) {
    return Condition.of(run).map(Condition::isFinal).orElse(false);
  }

  private void awaitEnd(String name) {
    while (!hasEnded(find("PipelineRun", name))) {
      glance(name);
    }
  }

  private static void glance(String name) {
    try {
      Sleeper.system().sleep(GLANCE);
    } catch (InterruptedException e) {
      throw stopped("following " + name, e);
    }
  }

  private static ModelcarException stopped(String what, Throwable cause) {
    Thread.currentThread().interrupt();
    return new ModelcarException(ErrorCode.STOPPED, "stopped while " + what, cause);
  }

  private GenericKubernetesResource find(String kind, String name) {
    GenericKubernetesResource found =
        attempt(
            "looking for the %s %s".formatted(kind, name),
            () -> tekton(kind).inNamespace(namespace).withName(name).get());
    if (found == null) {
      throw new ModelcarException(
          ErrorCode.CLUSTER_OBJECT_NOT_FOUND,
          "there is no %s %s in the namespace %s".formatted(kind, name, namespace));
    }
    return found;
  }

  private String create(String pipeline, Map<String, Object> spec) {
    GenericKubernetesResource run =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("tekton.dev/v1")
            .withKind("PipelineRun")
            .withNewMetadata()
            .withGenerateName(pipeline.replaceFirst("-pipeline$", "") + "-")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    run.setAdditionalProperty("spec", spec);
    warnings.take();
    GenericKubernetesResource created =
        attempt(
            "starting " + pipeline,
            () ->
                tekton("PipelineRun")
                    .inNamespace(namespace)
                    .resource(run)
                    .fieldValidation(Validation.STRICT)
                    .create());
    String name = created.getMetadata().getName();
    List<String> said = warnings.take();
    if (!said.isEmpty()) {
      tekton("PipelineRun").inNamespace(namespace).withName(name).delete();
      throw new ModelcarException(
          ErrorCode.CLUSTER_REFUSED,
          "the cluster warns, so nothing was started: " + String.join("; ", said));
    }
    return name;
  }

  /** Asks a run to stop; its finally tasks still run. */
  public void cancel(String name) {
    attempt(
        "cancelling " + name,
        () ->
            tekton("PipelineRun")
                .inNamespace(namespace)
                .withName(name)
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"spec\":{\"status\":\"CancelledRunFinally\"}}"));
  }

  // ---- following ----

  /**
   * Follows a run to its end.
   *
   * @throws ModelcarException {@link ErrorCode#STOPPED} if the thread is interrupted
   */
  public RunOutcome follow(String name, RunListener listener) {
    try (TaskFollower tasks = new TaskFollower(client, namespace, name, listener)) {
      while (true) {
        GenericKubernetesResource run = find("PipelineRun", name);
        List<FailedTask> failures =
            attempt("following " + name, () -> tasks.look(tekton("TaskRun")));
        Optional<Condition> condition = Condition.of(run);
        if (condition.isPresent() && condition.get().isFinal()) {
          tasks.catchUp();
          return outcome(run, condition.get(), failures);
        }
        glance(name);
      }
    }
  }

  private static RunOutcome outcome(
      GenericKubernetesResource run, Condition condition, List<FailedTask> failures) {
    Map<String, String> results = new LinkedHashMap<>();
    List<Map<String, Object>> found = run.get("status", "results");
    for (Map<String, Object> result :
        found == null ? new ArrayList<Map<String, Object>>() : found) {
      results.put(String.valueOf(result.get("name")), String.valueOf(result.get("value")));
    }
    return new RunOutcome(
        run.getMetadata().getName(),
        condition.status().equals("True"),
        condition.reason(),
        condition.message(),
        failures,
        results);
  }

  private static Map<String, Object> spec(GenericKubernetesResource resource) {
    Map<String, Object> spec = resource.get("spec");
    return spec == null ? Map.of() : spec;
  }

  private interface Request<T> {
    T send();
  }

  private <T> T attempt(String what, Request<T> request) {
    try {
      return request.send();
    } catch (KubernetesClientException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw stopped(what, e);
      }
      ErrorCode code =
          switch (e.getCode()) {
            case 401, 403 -> ErrorCode.CLUSTER_FORBIDDEN;
            case 404 -> ErrorCode.CLUSTER_OBJECT_NOT_FOUND;
            default ->
                e.getCode() >= 400 && e.getCode() < 500
                    ? ErrorCode.CLUSTER_REFUSED
                    : ErrorCode.CLUSTER_UNREACHABLE;
          };
      throw new ModelcarException(code, "%s: %s".formatted(what, reason(e)), e);
    }
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

  @Override
  public void close() {
    client.close();
  }
}
