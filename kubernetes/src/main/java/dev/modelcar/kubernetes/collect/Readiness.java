package dev.modelcar.kubernetes.collect;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a cluster, before a run, for what the run will need. Nothing is created. */
public final class Readiness implements AutoCloseable {
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
    PersistentVolumeClaim claim =
        cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(cluster.namespace())
            .withName(name)
            .get();
    return claim != null
        && claim.getStatus() != null
        && "Lost".equals(claim.getStatus().getPhase());
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
    String object = "namespace/" + cluster.namespace();
    try {
      Pod _ =
          cluster.client().pods().inNamespace(cluster.namespace()).resource(pod).dryRun().create();
      add("pod-security-refused", object, true, "admits pods of the tasks", "");
    } catch (KubernetesClientException e) {
      String said = e.getStatus() == null ? "" : String.valueOf(e.getStatus().getMessage());
      boolean unknown = said.contains("cannot create resource");
      add(
          said.contains("quota") || said.contains("usage per")
              ? "quota-exceeded"
              : said.contains("security context constraint")
                  ? "scc-capability-refused"
                  : said.contains("serviceaccount") || said.contains("service account")
                      ? "service-account-missing"
                      : "pod-security-refused",
          object,
          unknown,
          unknown ? "this user may not create pods, so admission was not checked" : "refuses pods",
          unknown ? "" : said);
    }
  }

  /** Quotas of which nothing is left. */
  private void quotas() {
    try {
      cluster
          .client()
          .resourceQuotas()
          .inNamespace(cluster.namespace())
          .list()
          .getItems()
          .forEach(quota -> {
            if (quota.getStatus() == null || quota.getStatus().getHard() == null) {
              return;
            }
            quota
                .getStatus()
                .getHard()
                .forEach((resource, hard) -> {
                  Quantity used =
                      Optional.ofNullable(quota.getStatus().getUsed())
                          .map(all -> all.get(resource))
                          .orElse(new Quantity("0"));
                  boolean left =
                      Quantity.getAmountInBytes(used).compareTo(Quantity.getAmountInBytes(hard))
                          < 0;
                  if (!left) {
                    add(
                        "quota-exceeded",
                        "resourcequota/" + quota.getMetadata().getName(),
                        false,
                        resource,
                        "%s of %s %s are used".formatted(used, hard, resource));
                  }
                });
          });
    } catch (KubernetesClientException e) {
      add("quota-exceeded", "resourcequotas", true, "cannot be listed by this user", "");
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
