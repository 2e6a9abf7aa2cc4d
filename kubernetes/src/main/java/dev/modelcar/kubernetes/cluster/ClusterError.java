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
  CLUSTER_UNREACHABLE(
      REMOTE, true, "Check KUBECONFIG, and whether `kubectl get pods` works with it."),
  CLUSTER_FORBIDDEN(
      UNAUTHORIZED, false, "Ask for the right to create and watch PipelineRuns in the namespace."),
  CLUSTER_OBJECT_NOT_FOUND(
      NOT_FOUND, false, "Apply what `modelcar render` writes first, or name another namespace."),
  CLUSTER_REFUSED(REFUSED, false, "The cluster gives its reason above; nothing was started."),
  RUN_FAILED(
      REMOTE,
      true,
      "Its log says why; `modelcar run --resume NAME` goes on with what has arrived.");

  private final ErrorSpec spec;

  ClusterError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
