package dev.modelcar.kubernetes.cluster;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.UNAUTHORIZED;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of clusters and of what runs there. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum ClusterError implements ErrorCode {
  CLUSTER_UNREACHABLE(REMOTE, true, "Check KUBECONFIG; `kubectl get pods` must work with it."),
  KUBECONFIG_INVALID(
      UNAUTHORIZED,
      false,
      "Check the file with `kubectl config view`, or name another in KUBECONFIG."),
  CLUSTER_FORBIDDEN(
      UNAUTHORIZED, false, "Ask for permission to create and watch PipelineRuns in the namespace."),
  CLUSTER_OBJECT_NOT_FOUND(
      NOT_FOUND, false, "Apply the output of `modelcar render` first, or name another namespace."),
  CLUSTER_MODEL_REGISTRY_NOT_FOUND(
      NOT_FOUND,
      false,
      "Name the Model Registry's URL with --model-registry, or its Service if there are several."),
  CLUSTER_REFUSED(REFUSED, false, "The API server's reason is above; nothing was started."),
  DEPLOY_FAILED(
      REMOTE,
      false,
      "Remove the cause and deploy again; `modelcar status NAME` shows how it stands."),
  DEPLOY_TIMED_OUT(
      REMOTE,
      true,
      "See `modelcar status NAME`; a longer --timeout helps while a large image is still pulled."),
  SMOKE_FAILED(
      REMOTE,
      true,
      "See the server's log with `kubectl logs`; `modelcar status NAME` shows how it stands."),
  RUN_FAILED(
      REMOTE,
      true,
      "See the task's log for the cause; `modelcar run --resume NAME` continues with what was already uploaded.");

  private final ErrorSpec spec;

  ClusterError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
