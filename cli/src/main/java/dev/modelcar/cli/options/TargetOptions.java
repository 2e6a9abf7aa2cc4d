package dev.modelcar.cli.options;

import dev.modelcar.core.CoreError;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where an image is written to. */
public final class TargetOptions {
  @Option(
      names = "--to",
      paramLabel = "TARGET",
      description = "HOST/REPOSITORY[:TAG], oci:FOLDER[:TAG] or oci-archive:FILE[:TAG]; repeatable")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--targets",
      paramLabel = "TARGET",
      arity = "0..*",
      hidden = true,
      description = "as --to, for pipelines that have a list: every following word is a target")
  List<String> targets = new ArrayList<>();

  @Option(
      names = "--accept-partial",
      hidden = true,
      description =
          "for pipelines: exits with 0 if only some of the targets failed; a later task reports them")
  boolean acceptPartial;

  /** Whether a run goes on with those targets that can be written. */
  public boolean acceptsPartial() {
    return acceptPartial;
  }

  /** The exit code of a command in which some targets may have failed. */
  public int exitCode(int code) {
    return acceptPartial && code == CoreError.TARGETS_PARTLY_FAILED.category().exitCode()
        ? 0
        : code;
  }

  /** All targets. */
  public List<String> all() {
    List<String> all = new ArrayList<>(to);
    all.addAll(targets);
    return all;
  }

  /** All targets, at least one. */
  public List<String> atLeastOne() {
    if (all().isEmpty()) {
      throw Usage.invalid("missing target: --to TARGET");
    }
    return all();
  }
}
