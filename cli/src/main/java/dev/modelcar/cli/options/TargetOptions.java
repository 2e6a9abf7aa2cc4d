package dev.modelcar.cli.options;

import dev.modelcar.core.CoreError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      paramLabel = "TRY/LAST",
      hidden = true,
      description =
          "for pipelines: from the try LAST on, counted from 0, exits with 0 if some of the targets"
              + " failed, for a later task reports them")
  String acceptPartial = "";

  /** The exit code of a command in which some targets may have failed. */
  public int exitCode(int code) {
    if (acceptPartial.isEmpty() || code != CoreError.TARGETS_PARTLY_FAILED.category().exitCode()) {
      return code;
    }
    Matcher tries = Pattern.compile("(\\d{1,4})/(\\d{1,4})").matcher(acceptPartial);
    if (!tries.matches()) {
      throw Usage.invalid("--accept-partial takes TRY/LAST, not " + acceptPartial);
    }
    return Integer.parseInt(tries.group(1)) >= Integer.parseInt(tries.group(2)) ? 0 : code;
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
