package dev.modelcar.kubernetes.readiness;

import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the API server admits pods like those of the tasks: it checks them, and creates none. The
 * containers that Tekton puts before the steps have a security context only where it is configured
 * so ({@code set-security-context}).
 */
final class Admission {
  private static final int FORBIDDEN = 403;
  private static final int UNPROCESSABLE = 422;
  private static final String RULE = "pod-security-refused";

  private final Cluster cluster;

  Admission(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Answer> check(String account) {
    boolean secured =
        new Installed(cluster)
            .setting("feature-flags", "set-security-context")
            .map("true"::equals)
            .orElse(true);
    List<Answer> answers = new ArrayList<>();
    Optional<String> refusal = refusal(account, true);
    // A missing account is found where the others are looked for.
    if (refusal.map(Admission::admissionRule).filter("service-account-missing"::equals).isEmpty()) {
      answers.add(answer(refusal, "admits pods of the tasks", "refuses pods of the tasks"));
    }
    if (refusal.isEmpty() && !secured) {
      refusal(account, false)
          .ifPresent(said ->
              answers.add(
                  Answer.error(
                      admissionRule(said),
                      "configmap/feature-flags",
                      "the containers that Tekton puts before the steps are refused:"
                          + " set-security-context is not true",
                      said)));
    }
    return answers;
  }

  private Answer answer(Optional<String> refusal, String good, String bad) {
    String object = "namespace/" + cluster.namespace();
    if (refusal.isEmpty()) {
      return Answer.good(RULE, object, good);
    }
    return refusal.get().contains("cannot create resource")
        ? Answer.good(RULE, object, "this user may not create pods, so admission was not checked")
        : Answer.error(admissionRule(refusal.get()), object, bad, refusal.get());
  }

  /** What the API server says against a pod; a server that is away says nothing of it. */
  private Optional<String> refusal(String account, boolean secured) {
    Pod pod = pod(account, secured);
    return cluster.attempt(
        "checking whether a pod is admitted",
        () -> {
          try {
            Pod _ =
                cluster
                    .client()
                    .pods()
                    .inNamespace(cluster.namespace())
                    .resource(pod)
                    .dryRun()
                    .create();
            return Optional.empty();
          } catch (KubernetesClientException e) {
            if (e.getCode() != FORBIDDEN && e.getCode() != UNPROCESSABLE) {
              throw e;
            }
            return Optional.of(
                String.valueOf(
                    e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()));
          }
        });
  }

  /** As the tasks have it, with what Tekton adds. */
  private static Pod pod(String account, boolean secured) {
    Container step =
        new ContainerBuilder()
            .withName("step")
            .withImage("modelcar.invalid/preflight:1")
            .withNewResources()
            .addToLimits("memory", new Quantity("512Mi"))
            .addToRequests("cpu", new Quantity("100m"))
            .addToRequests("memory", new Quantity("512Mi"))
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
            .build();
    Container prepare =
        secured
            ? new ContainerBuilder(step).withName("prepare").build()
            : new ContainerBuilder(step).withName("prepare").withSecurityContext(null).build();
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("modelcar-preflight-")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(account)
        .addToInitContainers(prepare)
        .addToContainers(step)
        .endSpec()
        .build();
  }

  private static String admissionRule(String said) {
    return said.contains("quota") || said.contains("usage per")
        ? "quota-exceeded"
        : said.contains("security context constraint")
            ? "scc-capability-refused"
            : said.contains("serviceaccount") || said.contains("service account")
                ? "service-account-missing"
                : RULE;
  }
}
