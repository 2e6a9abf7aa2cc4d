package dev.modelcar.kubernetes.collect;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a cluster, before a run, for what the run will need. Nothing is created. */
public final class Readiness implements AutoCloseable {
  private static final int FORBIDDEN = 403;
  private static final int UNPROCESSABLE = 422;

  private final Cluster cluster;
  private final List<Answer> answers = new ArrayList<>();

  /**
   * What was asked, and how it stands.
   *
   * @param rule of the catalogue that says what to do if it is not good
   * @param object it is about
   * @param said the cluster's words; empty if it is good
   */
  public record Answer(String rule, String object, boolean good, String what, String said) {}

  private Readiness(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Connects to the cluster of the kubeconfig, or to the one whose pod this is.
   *
   * @throws ModelcarException if there is none
   */
  public static Readiness connect(Optional<String> namespace) {
    return new Readiness(Cluster.connect(namespace));
  }

  public String namespace() {
    return cluster.namespace();
  }

  /**
   * Checks what a run needs.
   *
   * @param account of the tasks
   * @param deploys whether an InferenceService is going to be made
   * @param references Secrets, ConfigMaps and claims, as kind and name
   * @throws ModelcarException if the cluster does not respond
   */
  public List<Answer> check(
      String account, boolean deploys, List<Map.Entry<String, String>> references) {
    exists("service-account-missing", "ServiceAccount", account);
    for (Map.Entry<String, String> reference : references) {
      String rule =
          switch (reference.getKey()) {
            case "Secret" -> "secret-missing";
            case "ConfigMap" -> "config-map-missing";
            default -> "claim-missing";
          };
      exists(rule, reference.getKey(), reference.getValue());
    }
    may("create", "tekton.dev", "pipelineruns");
    if (deploys) {
      may("create", "serving.kserve.io", "inferenceservices");
      served("serve-refused-by-kserve", "serving.kserve.io");
    }
    served("task-not-found", "tekton.dev");
    admits(account);
    quotas();
    return List.copyOf(answers);
  }

  private void add(String rule, String object, boolean good, String what, String said) {
    answers.add(new Answer(rule, object, good, what, said));
  }

  private void exists(String rule, String kind, String name) {
    String object = kind.toLowerCase(java.util.Locale.ROOT) + "/" + name;
    try {
      var found = cluster.findIfAllowed(kind, name);
      boolean lost = kind.equals("PersistentVolumeClaim") && found.isPresent() && isLost(name);
      add(
          lost ? "claim-unbound" : rule,
          object,
          !lost,
          found.isPresent() ? "exists" : "cannot be seen by this user",
          lost ? "the claim has lost its volume" : "");
    } catch (ModelcarException e) {
      add(rule, object, false, "is missing", String.valueOf(e.getMessage()));
    }
  }

  private boolean isLost(String name) {
    return cluster
        .attempt(
            "reading PersistentVolumeClaim " + name,
            () ->
                Optional.ofNullable(
                    cluster
                        .client()
                        .persistentVolumeClaims()
                        .inNamespace(cluster.namespace())
                        .withName(name)
                        .get()))
        .map(PersistentVolumeClaim::getStatus)
        .filter(status -> "Lost".equals(status.getPhase()))
        .isPresent();
  }

  private void may(String verb, String group, String resource) {
    SelfSubjectAccessReview asked =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(cluster.namespace())
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .endResourceAttributes()
            .endSpec()
            .build();
    SelfSubjectAccessReview review =
        cluster.attempt(
            "asking for the right to %s %s".formatted(verb, resource),
            () -> cluster.client().authorization().v1().selfSubjectAccessReview().create(asked));
    boolean allowed = Boolean.TRUE.equals(review.getStatus().getAllowed());
    add(
        "kubernetes-forbidden",
        "namespace/" + cluster.namespace(),
        allowed,
        "%s %s".formatted(verb, resource),
        allowed ? "" : "this user may not %s %s".formatted(verb, resource));
  }

  private void served(String rule, String group) {
    boolean has =
        cluster.attempt("listing the API groups", () -> cluster.client().hasApiGroup(group, false));
    add(rule, "cluster", has, group, has ? "" : "the cluster does not serve " + group);
  }

  /** A pod like those of the tasks, which the API server checks and does not create. */
  private void admits(String account) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("modelcar-preflight-")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName(account)
            .addNewContainer()
            .withName("step")
            .withImage("modelcar.invalid/preflight:1")
            .withNewResources()
            .addToLimits("memory", new Quantity("512Mi"))
            .addToRequests("cpu", new Quantity("100m"))
            .endResources()
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withRunAsNonRoot(true)
            .withNewCapabilities()
            .addToDrop("ALL")
            .endCapabilities()
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    Optional<String> refusal =
        cluster.attempt("checking whether a pod is admitted", () -> refusal(pod));
    String said = refusal.orElse("");
    boolean unknown = said.contains("cannot create resource");
    add(
        refusal.map(Readiness::admissionRule).orElse("pod-security-refused"),
        "namespace/" + cluster.namespace(),
        refusal.isEmpty() || unknown,
        unknown
            ? "this user may not create pods, so admission was not checked"
            : refusal.isEmpty() ? "admits pods of the tasks" : "refuses pods",
        unknown ? "" : said);
  }

  /** What the API server says against a pod; a server that is away says nothing of it. */
  private Optional<String> refusal(Pod pod) {
    try {
      Pod _ =
          cluster.client().pods().inNamespace(cluster.namespace()).resource(pod).dryRun().create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN && e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      return Optional.of(
          String.valueOf(e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()));
    }
  }

  private static String admissionRule(String said) {
    return said.contains("quota") || said.contains("usage per")
        ? "quota-exceeded"
        : said.contains("security context constraint")
            ? "scc-capability-refused"
            : said.contains("serviceaccount") || said.contains("service account")
                ? "service-account-missing"
                : "pod-security-refused";
  }

  /** Quotas of which nothing is left. */
  private void quotas() {
    Optional<List<ResourceQuota>> all =
        cluster.attempt("listing ResourceQuotas", this::readableQuotas);
    if (all.isEmpty()) {
      add("quota-exceeded", "resourcequotas", true, "cannot be listed by this user", "");
    }
    all.orElse(List.of()).stream()
        .filter(quota -> quota.getStatus() != null && quota.getStatus().getHard() != null)
        .forEach(this::quota);
  }

  private Optional<List<ResourceQuota>> readableQuotas() {
    try {
      return Optional.of(
          cluster.client().resourceQuotas().inNamespace(cluster.namespace()).list().getItems());
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void quota(ResourceQuota quota) {
    Map<String, Quantity> used = Optional.ofNullable(quota.getStatus().getUsed()).orElse(Map.of());
    quota
        .getStatus()
        .getHard()
        .forEach((resource, hard) -> {
          Quantity taken = used.getOrDefault(resource, new Quantity("0"));
          if (Quantity.getAmountInBytes(taken).compareTo(Quantity.getAmountInBytes(hard)) >= 0) {
            add(
                "quota-exceeded",
                "resourcequota/" + quota.getMetadata().getName(),
                false,
                resource,
                "%s of %s %s are used".formatted(taken, hard, resource));
          }
        });
  }

  @Override
  public void close() {
    cluster.close();
  }
}
