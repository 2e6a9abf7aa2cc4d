package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Program;
import dev.modelcar.cli.views.Console;
import dev.modelcar.kubernetes.render.RenderValues;
import dev.modelcar.kubernetes.render.Rendering;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Writes the files for a cluster; here {@code --output} is a folder. */
@CommandLine.Command(
    name = "render",
    description =
        "Writes Tekton tasks and pipelines as plain YAML: a Kustomize base with overlays, example"
            + " runs, and an Argo CD application.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar render --output deploy --image registry.example.com/tools/modelcar:0.1.0",
      "  modelcar render --output deploy --values values.yaml --set storageSize=200Gi",
      "  modelcar render --list                     values and their defaults",
      "",
      "Then: kubectl apply -k deploy/overlays/kubernetes"
    })
public final class RenderCommand implements Callable<Integer> {
  @ParentCommand @Nullable Program parent;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "the folder; existing files are overwritten (default: ${DEFAULT-VALUE})")
  Path output = Path.of("deploy");

  @Option(names = "--image", paramLabel = "REF", description = "modelcar's own image")
  @Nullable String image;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "the namespace (default: models)")
  @Nullable String namespace;

  @Option(names = "--values", paramLabel = "FILE", description = "a YAML file with values")
  @Nullable Path values;

  @Option(names = "--set", paramLabel = "NAME=VALUE", description = "one value; repeatable")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--list", description = "list values and their defaults")
  boolean list;

  @Override
  public Integer call() {
    Console console = Console.of(Objects.requireNonNull(parent).environment());
    if (list) {
      RenderValues.names()
          .forEach((name, standard) -> console.result("%-18s %s".formatted(name, standard)));
      return 0;
    }
    RenderValues all = RenderValues.defaults();
    if (values != null) {
      all = all.withFile(values);
    }
    if (image != null) {
      all = all.with("image", image);
    }
    if (namespace != null) {
      all = all.with("namespace", namespace);
    }
    for (Map.Entry<String, String> value : set.entrySet()) {
      all = all.with(value.getKey(), value.getValue());
    }
    int count = new Rendering(all).write(output);
    console.result("%d files in %s".formatted(count, output));
    return 0;
  }
}
