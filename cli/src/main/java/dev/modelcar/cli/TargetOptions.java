package dev.modelcar.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where an image goes. */
final class TargetOptions {
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
      description = "as --to, for pipelines that have a list: all words that follow are targets")
  List<String> targets = new ArrayList<>();

  /** All targets. */
  List<String> all() {
    List<String> all = new ArrayList<>(to);
    all.addAll(targets);
    return all;
  }

  /** All targets, of which there must be one. */
  List<String> atLeastOne() {
    if (all().isEmpty()) {
      throw TransferOptions.usage("say where to: --to TARGET");
    }
    return all();
  }
}
