package dev.modelcar.cli.options;

import dev.modelcar.packaging.selection.SelectionPolicy;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which files of a model. */
public final class SelectionOptions {
  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description = "select only these files (Hub patterns: * matches slashes); repeatable")
  List<String> include = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description = "files to leave out; repeatable")
  List<String> exclude = new ArrayList<>();

  @Option(names = "--keep-duplicates", description = "keep duplicate weights")
  boolean keepDuplicates;

  @Option(names = "--allow-pickle", description = "accept files that can run code when loaded")
  boolean allowPickle;

  public SelectionPolicy policy() {
    return SelectionPolicy.serving()
        .withPatterns(include, exclude)
        .keepingDuplicates(keepDuplicates)
        .allowingPickle(allowPickle);
  }
}
