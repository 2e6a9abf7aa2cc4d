package dev.modelcar.cli.commands.lint;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.OutputOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.lint.Fixer;
import dev.modelcar.lint.Kustomize;
import dev.modelcar.lint.LintedFile;
import dev.modelcar.lint.Linter;
import dev.modelcar.lint.TektonVersion;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an API server would do with manifests. */
@CommandLine.Command(
    name = "lint",
    description = {
      "Shows what an API server would drop from manifests of Tekton and KServe, or refuse, and what"
          + " else is wrong with them.",
      "",
      "Works offline, with the schemas and the checks of Tekton 1.15 and KServe 0.20. Exits with 9"
          + " if there is an error: something that a server refuses or drops."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar lint pipeline.yaml tasks/               files, and all YAML and JSON in folders",
      "  helm template chart | modelcar lint -            standard input",
      "  modelcar lint --tekton 0.69 pipeline.yaml        for a cluster with an older Tekton",
      "  modelcar lint --show-stored run.yaml             what the server makes of it",
      "  modelcar lint --fix tasks/                       correct what is mechanical",
      "  modelcar lint --output sarif . > lint.sarif      for a code review"
    })
public final class LintCommand extends Command {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "what to look at; - for standard input")
  List<String> paths = new ArrayList<>();

  @Option(
      names = "--tekton",
      paramLabel = "VERSION",
      description =
          "the cluster's Tekton (default: ${DEFAULT-VALUE}); known are 0.69.1, 0.70.0 and 1.15.0, and"
              + " another version is taken as the nearest of them, with a warning")
  String tekton = "1.x";

  @Option(
      names = "--show-stored",
      description = "also show each object as the server stores it, against the file")
  boolean showStored;

  @Option(
      names = "--fix",
      description =
          "rename and move fields and quote texts where only one thing is right; all else stays"
              + " byte for byte")
  boolean fix;

  @Option(
      names = "--from-cluster",
      description = "take schemas from the cluster of the kubeconfig, for all kinds that it has")
  boolean fromCluster;

  @Option(names = "--strict", description = "exit with 9 also if there are warnings")
  boolean strict;

  @Override
  public List<OutputOptions.Form> moreForms() {
    return List.of(OutputOptions.Form.sarif);
  }

  @Override
  public Integer call() {
    Console console = console();
    TektonVersion version =
        TektonVersion.of(tekton)
            .orElseThrow(() ->
                Usage.invalid(
                    "--tekton %s: not a version; those known are %s"
                        .formatted(tekton, String.join(", ", Tekton.known()))));
    Tekton release = version.release();
    version
        .note()
        .ifPresent(note -> {
          if (version.known()) {
            console.note("--tekton: " + note);
          } else {
            console.warn("--tekton: " + note);
          }
        });
    Linter linter = new Linter(schemas(release), release);
    if (fix && paths.contains("-")) {
      throw Usage.invalid("--fix cannot change standard input");
    }
    List<LintedFile> files = new LintFiles(environment().in()).read(paths, linter::lint);
    Optional<List<LintFinding>> fixed = fix ? Optional.of(new ArrayList<>()) : Optional.empty();
    if (fixed.isPresent()) {
      Fixer fixer = new Fixer(linter);
      files = files.stream().map(file -> LintFiles.fix(file, fixer, fixed.get())).toList();
    }
    Set<Path> patches = Kustomize.patches(files);
    files =
        files.stream()
            .map(file ->
                patches.contains(place(file.name())) || Kustomize.isPatch(file)
                    ? file.asPatch()
                    : file)
            .toList();
    List<LintFinding> findings = LintFinding.of(files);
    new LintView(console, version, prints(OutputOptions.Form.sarif), showStored)
        .show(files, findings, fixed);
    return findings.stream().anyMatch(finding -> finding.fails(strict))
        ? ErrorCategory.FINDINGS.exitCode()
        : 0;
  }

  private static Path place(String name) {
    return Path.of(name).toAbsolutePath().normalize();
  }

  private Schemas schemas(Tekton release) {
    Schemas known = Schemas.of(release);
    if (!fromCluster) {
      return known;
    }
    try (Cluster cluster = Cluster.connect(Optional.empty())) {
      return known.with(cluster.definitions());
    }
  }
}
