package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.cluster.ClusterRetries;
import dev.modelcar.kubernetes.cluster.Condition;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs of pipelines on the cluster that {@code KUBECONFIG} leads to. Objects are sent with strict
 * validation, and a warning of the server is an error: fields that are dropped in silence have cost
 * people days.
 */
public final class PipelineRuns implements AutoCloseable {
  private static final String PENDING = "PipelineRunPending";

  private final Cluster cluster;
  private final Sleeper sleeper;

  PipelineRuns(Cluster cluster, Sleeper sleeper) {
    this.cluster = cluster;
    this.sleeper = sleeper;
  }

  /**
   * Connects to a cluster.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @throws ModelcarException if there is no kubeconfig that can be used
   */
  public static PipelineRuns connect(Optional<String> namespace) {
    return new PipelineRuns(Cluster.connect(namespace), Sleeper.system());
  }

  public String namespace() {
    return cluster.namespace();
  }

  // ---- starting ----

  /**
   * Starts a run and returns its name.
   *
   * @throws ModelcarException {@link CoreError#USAGE_INVALID} if the pipeline does not declare what
   *     is given to it, or needs more
   */
  public String start(RunRequest request) {
    Fields pipeline =
        request
            .bundle()
            .map(bundle -> new Fields(bundle.spec()))
            .orElseGet(() -> Fields.of(cluster.find("Pipeline", request.pipeline())).at("spec"));
    Map<String, Object> spec =
        RunSpec.of(
            request, PipelineDeclaration.of(request.pipeline(), pipeline), new TaskSteps(cluster));
    boolean ours =
        request.settings().volumeGroup() instanceof VolumeGroup.Usual
            && request.hasVolume()
            && !cluster.isOpenShift();
    new RunNeeds(cluster).check(spec);
    return new NewRun(cluster)
        .create(
            request.pipeline(),
            ours ? RunSpec.withGroup(spec, VolumeGroup.Gid.OF_THE_IMAGE) : spec);
  }

  /**
   * Starts again a run that has ended; what it had moved is found by its tasks. One that was asked
   * to stop is waited for.
   *
   * @param settings what is to be another than it was
   * @throws ModelcarException if the run goes on: two of them would send everything twice
   */
  public String startAnew(String name, RunSettings settings, RunListener listener) {
    GenericKubernetesResource run = cluster.find("PipelineRun", name);
    Map<String, Object> before = Fields.of(run).at("spec").copy();
    String pipeline = RunSpec.pipelineName(before);
    Object status = before.remove("status");
    Map<String, Object> spec =
        RunSpec.with(
            settings,
            before,
            PipelineDeclaration.of(pipeline, Fields.of(run).at("status", "pipelineSpec")),
            new TaskSteps(cluster));
    if (!hasEnded(run)) {
      if (status == null || status.equals(PENDING)) {
        throw new ModelcarException(
            ClusterError.CLUSTER_REFUSED,
            "the run %s has not %s"
                .formatted(name, status == null ? "ended" : "started: " + status),
            "Wait for it to end (`modelcar run --follow %s`) or cancel it, then resume it."
                .formatted(name),
            null);
      }
      awaitEnd(name, retries(listener));
    }
    new RunNeeds(cluster).check(spec);
    return new NewRun(cluster).create(pipeline, spec);
  }

  private static boolean hasEnded(GenericKubernetesResource run) {
    return Condition.of(run).map(Condition::isFinal).orElse(false);
  }

  private void awaitEnd(String name, ClusterRetries retries) {
    while (!hasEnded(retries.ask(() -> cluster.find("PipelineRun", name)))) {
      retries.pause();
    }
  }

  private ClusterRetries retries(RunListener listener) {
    return new ClusterRetries(listener, sleeper, System::nanoTime);
  }

  /** Asks a run to stop; its finally tasks still run. */
  public void cancel(String name) {
    cluster.attempt(
        "cancelling " + name,
        () ->
            cluster
                .tekton("PipelineRun")
                .withName(name)
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"spec\":{\"status\":\"CancelledRunFinally\"}}"));
  }

  // ---- following ----

  /**
   * Looks whether there is a run.
   *
   * @throws ModelcarException if not
   */
  public void find(String name) {
    cluster.find("PipelineRun", name);
  }

  /**
   * Follows a run to its end, also one that has ended. A cluster that is away for some minutes is
   * waited for.
   *
   * @throws ModelcarException {@link CoreError#STOPPED} if the thread is interrupted; others say
   *     how to follow the run again
   */
  public RunOutcome follow(String name, RunListener listener) {
    try {
      return followToEnd(name, listener);
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED || e.code() == ClusterError.CLUSTER_OBJECT_NOT_FOUND) {
        throw e;
      }
      throw new ModelcarException(
          e.code(),
          "following the run %s failed: %s".formatted(name, e.getMessage()),
          "The run itself continues; `modelcar run --follow %s` follows it again.".formatted(name),
          e);
    }
  }

  private RunOutcome followToEnd(String name, RunListener listener) {
    ClusterRetries retries = retries(listener);
    try (TaskFollower tasks = new TaskFollower(cluster, name, listener)) {
      while (true) {
        GenericKubernetesResource run = retries.ask(() -> cluster.find("PipelineRun", name));
        boolean _ = retries.ask(() -> cluster.attempt("following " + name, tasks::look));
        Optional<Condition> condition = Condition.of(run);
        if (condition.isPresent() && condition.get().isFinal()) {
          tasks.catchUp();
          return outcome(run, condition.get(), tasks);
        }
        retries.pause();
      }
    }
  }

  private static RunOutcome outcome(
      GenericKubernetesResource run, Condition condition, TaskFollower tasks) {
    Map<String, String> results = new LinkedHashMap<>();
    for (Fields result : Fields.of(run).at("status").list("results")) {
      results.put(result.text("name").orElse(""), result.text("value").orElse(""));
    }
    return new RunOutcome(
        run.getMetadata().getName(),
        condition.status().equals("True"),
        condition.reason(),
        condition.message(),
        tasks.failures(),
        tasks.seen(run),
        results);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
