package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.cluster.Fields;
import java.util.Map;

/**
 * What has to be in the namespace before a run starts: without it, its pods would stay pending
 * until their timeout. What the user may not see is not looked for.
 */
final class RunNeeds {
  private final Cluster cluster;

  RunNeeds(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Looks for all that a run refers to.
   *
   * @throws ModelcarException {@link ClusterError#CLUSTER_OBJECT_NOT_FOUND} if something is missing
   */
  void check(Map<String, Object> spec) {
    Fields run = new Fields(spec);
    run.at("taskRunTemplate").text("serviceAccountName").ifPresent(this::account);
    for (Fields workspace : run.list("workspaces")) {
      workspace.at("secret").text("secretName").ifPresent(name -> find("Secret", name));
      workspace.at("configMap").text("name").ifPresent(name -> find("ConfigMap", name));
      workspace.at("persistentVolumeClaim").text("claimName").ifPresent(this::claim);
    }
  }

  private void find(String kind, String name) {
    var _ = cluster.findIfAllowed(kind, name);
  }

  private void account(String name) {
    try {
      find("ServiceAccount", name);
    } catch (ModelcarException e) {
      throw e.advising(
          "Apply the output of `modelcar render` first, or name another with --service-account.");
    }
  }

  private void claim(String name) {
    cluster
        .findIfAllowed("PersistentVolumeClaim", name)
        .filter(claim -> claim.getMetadata().getDeletionTimestamp() != null)
        .ifPresent(claim -> {
          throw new ModelcarException(
              ClusterError.CLUSTER_REFUSED,
              "PersistentVolumeClaim %s is being deleted".formatted(name),
              "It goes once no pod uses it, finished ones included: delete the runs that used it,"
                  + " then create the claim again.",
              null);
        });
  }
}
