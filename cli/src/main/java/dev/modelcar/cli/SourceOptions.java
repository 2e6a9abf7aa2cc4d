package dev.modelcar.cli;

import dev.modelcar.packaging.selection.SelectionPolicy;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model, and which of its files. */
final class SourceOptions {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "a folder, or hf://ORG/NAME[@REVISION]")
  String source = "";

  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description = "pack only these files (the Hub's patterns: * crosses slashes); repeatable")
  List<String> include = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description = "leave these files out; repeatable")
  List<String> exclude = new ArrayList<>();

  @Option(names = "--keep-duplicates", description = "pack weights that are there twice, twice")
  boolean keepDuplicates;

  @Option(names = "--allow-pickle", description = "pack files that run code when they are loaded")
  boolean allowPickle;

  SelectionPolicy policy() {
    return SelectionPolicy.serving()
        .withPatterns(include, exclude)
        .keepingDuplicates(keepDuplicates)
        .allowingPickle(allowPickle);
  }
}
