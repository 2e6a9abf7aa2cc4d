package dev.modelcar.findings;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of reading what is to be diagnosed. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum FindingsError implements ErrorCode {
  CASE_NOT_FOUND(
      NOT_FOUND,
      false,
      "Name a folder with the output of `kubectl get … -o yaml` and logs/POD.CONTAINER.log, or a run on the cluster such as pipelinerun/NAME."),
  CASE_UNREADABLE(
      REFUSED,
      false,
      "Save objects with `kubectl get pipelineruns,taskruns,pods,events -o yaml > case.yaml` and try again.");

  private final ErrorSpec spec;

  FindingsError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
