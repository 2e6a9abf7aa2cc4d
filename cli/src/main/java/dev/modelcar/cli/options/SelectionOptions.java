package dev.modelcar.cli.options;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.source.SourceError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  @Option(
      names = "--allow-partial",
      description = "pack an incomplete copy of a revision, without naming the revision")
  boolean allowPartial;

  @Option(names = "--follow-links", description = "pack files behind links that leave the folder")
  boolean followLinks;

  public SelectionPolicy policy() {
    Set<ErrorCode> accepted = new HashSet<>();
    if (allowPartial) {
      accepted.add(SourceError.SOURCE_INCOMPLETE);
    }
    if (followLinks) {
      accepted.add(SourceError.SOURCE_LINK_LEAVES);
    }
    return SelectionPolicy.serving()
        .withPatterns(include, exclude)
        .keepingDuplicates(keepDuplicates)
        .allowingPickle(allowPickle)
        .accepting(accepted);
  }
}
