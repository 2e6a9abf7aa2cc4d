package dev.modelcar.cli;

import dev.modelcar.kubernetes.render.RenderValues;
import dev.modelcar.kubernetes.render.Rendering;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The files of a cluster. Here {@code --output} is a folder, for files are what is put out. */
@CommandLine.Command(
    name = "render",
    description =
        "Writes Tekton tasks, pipelines and all they need as plain YAML: a Kustomize base with"
            + " overlays, example runs, an Argo CD application.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar render --output deploy --image registry.example.com/tools/modelcar:0.1.0",
      "  modelcar render --output deploy --values values.yaml --set storageSize=200Gi",
      "  modelcar render --list                     the values and their defaults",
      "",
      "Then: kubectl apply -k deploy/overlays/kubernetes"
    })
final class RenderCommand implements Callable<Integer> {
  @ParentCommand @Nullable ModelcarCommand parent;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "the folder; files that are there are written anew (default: ${DEFAULT-VALUE})")
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

  @Option(names = "--list", description = "show the values and their defaults")
  boolean list;

  @Override
  public Integer call() {
    Console console =
        new Console(java.util.Objects.requireNonNull(parent).environment, new OutputOptions());
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
