package dev.modelcar.packaging.weights;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of selections, weights, plans, bases and parts. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum PackagingError implements ErrorCode {
  SOURCE_CASE_COLLISION(
      REFUSED,
      false,
      "Rename one of the files: on a case-insensitive file system they are the same file."),
  SOURCE_LFS_POINTER(
      REFUSED,
      false,
      "The folder holds Git LFS pointers, not the weights: run `git lfs pull` in it."),
  SELECTION_EMPTY(
      REFUSED, false, "Widen --include or remove --exclude; `modelcar plan` lists the files."),
  SELECTION_PICKLE_REFUSED(
      REFUSED,
      false,
      "Convert the weights to safetensors; if you trust the author, add --allow-pickle."),
  WEIGHTS_SHARD_MISSING(
      REFUSED, false, "Download the missing shard, or repair the index file that names it."),
  WEIGHTS_INVALID(REFUSED, false, "The file is damaged or incomplete: download it again."),
  PLAN_OVER_LIMIT(
      REFUSED,
      false,
      "Use a registry that accepts it, raise the registry's limit, or split the file at its source."),
  BASE_INVALID(
      REFUSED,
      false,
      "Use --base with an image for your platform, oci:FOLDER, dir:ROOTFS or none."),
  PARTS_MISSING(
      NOT_FOUND,
      true,
      "Ship the missing parts (`modelcar ship --part I/N`) from the same revision, then seal again.");

  private final ErrorSpec spec;

  PackagingError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
