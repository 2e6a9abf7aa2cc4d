package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Makes a run. Its name is chosen here and not by the cluster: the client repeats a request whose
 * response was lost, and with a name of the cluster's choice that would be a second run.
 */
final class NewRun {
  /** What Kubernetes takes for names: no vowels, so no words. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int RANDOM_LENGTH = 5;
  private static final int MOST_PREFIX = 57;
  private static final String MARK = "modelcar.dev/request";

  private final Cluster cluster;
  private final String mark = UUID.randomUUID().toString();

  NewRun(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Creates the run and returns its name.
   *
   * @throws ModelcarException if the cluster refuses it, or warns
   */
  String create(String pipeline, Map<String, Object> spec) {
    String name = name(pipeline, ThreadLocalRandom.current());
    GenericKubernetesResource run =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("tekton.dev/v1")
            .withKind("PipelineRun")
            .withNewMetadata()
            .withName(name)
            .withNamespace(cluster.namespace())
            .addToAnnotations(MARK, mark)
            .endMetadata()
            .build();
    run.setAdditionalProperty("spec", spec);
    cluster.warnings();
    send(pipeline, run);
    List<String> said = cluster.warnings();
    if (!said.isEmpty()) {
      cluster.attempt(
          "deleting %s".formatted(name),
          () -> cluster.tekton("PipelineRun").withName(name).delete());
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          "the API server returned warnings, so nothing was started: " + String.join("; ", said));
    }
    return name;
  }

  private void send(String pipeline, GenericKubernetesResource run) {
    String name = run.getMetadata().getName();
    try {
      cluster.attempt("starting " + pipeline, () -> created(run));
    } catch (ModelcarException e) {
      if (e.code() != ClusterError.CLUSTER_UNREACHABLE) {
        throw e;
      }
      throw e.advising(
          "The run may have started nevertheless; check with `modelcar run --follow %s`."
              .formatted(name));
    }
  }

  private GenericKubernetesResource created(GenericKubernetesResource run) {
    try {
      return cluster
          .tekton("PipelineRun")
          .resource(run)
          .fieldValidation(Validation.STRICT)
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return Optional.ofNullable(
              cluster.tekton("PipelineRun").withName(run.getMetadata().getName()).get())
          .filter(this::isOurs)
          .orElseThrow(() -> e);
    }
  }

  /** Whether it came of an earlier try of this very request. */
  private boolean isOurs(GenericKubernetesResource run) {
    Map<String, String> annotations = run.getMetadata().getAnnotations();
    return annotations != null && mark.equals(annotations.get(MARK));
  }

  private static String name(String pipeline, RandomGenerator random) {
    String prefix = pipeline.replaceFirst("-pipeline$", "");
    StringBuilder name =
        new StringBuilder(prefix.substring(0, Math.min(prefix.length(), MOST_PREFIX))).append('-');
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
