package dev.modelcar.lint;

import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value.Scalar;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that are no objects, but patches of objects. */
public final class Kustomize {
  private static final Set<String> NAMES =
      Set.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  private Kustomize() {}

  /** Whether an object has a directive for merging, which only a patch has. */
  public static boolean isPatch(LintedFile file) {
    return file.objects().stream()
        .flatMap(object -> object.problems().stream())
        .anyMatch(problem -> isDirective(problem.path()));
  }

  /** Such as {@code spec.containers[0].$patch}. */
  static boolean isDirective(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    return name.equals("$patch") || name.equals("$retainKeys");
  }

  /** The patches that the kustomizations among these files name. */
  public static Set<Path> patches(List<LintedFile> files) {
    return files.stream().flatMap(Kustomize::patches).collect(Collectors.toSet());
  }

  private static Stream<Path> patches(LintedFile file) {
    Path folder = Path.of(file.name()).toAbsolutePath().normalize().getParent();
    return folder == null
        ? Stream.empty()
        : file.objects().stream()
            .map(object -> At.root(object.given()))
            .filter(root -> isKustomization(file, root))
            .flatMap(Kustomize::named)
            .map(name -> folder.resolve(name).normalize());
  }

  /** By its name, too: version and kind may be left out. */
  private static boolean isKustomization(LintedFile file, At root) {
    String name = String.valueOf(Path.of(file.name()).getFileName());
    return root.get("apiVersion").text().startsWith("kustomize.config.k8s.io/")
        || (NAMES.contains(name) && !root.get("kind").hasText());
  }

  private static Stream<String> named(At root) {
    return Stream.concat(
            Stream.of("patches", "patchesJson6902")
                .flatMap(list -> root.get(list).items().stream())
                .map(item -> item.get("path")),
            root.get("patchesStrategicMerge").items().stream())
        .filter(at -> at.value() instanceof Scalar && at.hasText() && !at.text().contains("\n"))
        .map(At::text);
  }
}
