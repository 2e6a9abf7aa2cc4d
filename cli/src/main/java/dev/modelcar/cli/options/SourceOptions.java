package dev.modelcar.cli.options;

import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.source.SourceReference;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which model, and which of its files. */
public final class SourceOptions {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "a folder, or hf://ORG/NAME[@REVISION]")
  String source = "";

  @Mixin SelectionOptions selection = new SelectionOptions();

  public SourceReference reference() {
    return SourceReference.parse(source);
  }

  public SelectionPolicy policy() {
    return selection.policy();
  }
}
