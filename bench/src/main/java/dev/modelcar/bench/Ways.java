package dev.modelcar.bench;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.model.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The ways in which a model comes into a registry. */
final class Ways {
  /** One file: its URL, the address of the repository, its digest. */
  private static final String PIPE_ONE =
      """
      set -euo pipefail
      location() { tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'; }
      place=$(curl -sSf -o /dev/null -D - -X POST "$2/blobs/uploads/" | location)
      headers=$(mktemp)
      curl -sSfL "$1" | curl -sSf -o /dev/null -D "$headers" -X PATCH -H 'Expect:' \
        -H 'Content-Type: application/octet-stream' -T - "$place"
      place=$(location <"$headers")
      rm "$headers"
      curl -sSf -o /dev/null -X PUT "$place&digest=sha256:$3"
      """;

  private static final String PIPE_ALL = "xargs -P 4 -n 3 bash -c \"$1\" bash <\"$2\"";

  private static final String OLOT =
      """
      set -euo pipefail
      cp -r "$BASE" "$LAYOUT"
      cd "$FOLDER"
      find . -path ./.cache -prune -o -type f ! -name README.md -printf '%P\\0' |
        xargs -0 olot -m README.md --root-dir . "$LAYOUT"
      oras cp --no-tty --from-oci-layout --to-plain-http "$LAYOUT:v1" "$TARGET"
      """;

  private static final String DOWNLOAD =
      "hf download \"$REPOSITORY\" --revision v1 --local-dir \"$FOLDER\"\n";

  private final Workshop workshop;

  Ways(Workshop workshop) {
    this.workshop = workshop;
  }

  /** A layout with a small image that both we and others build on. */
  Path base() throws IOException {
    Path layout = workshop.fresh("base");
    Path root = Files.createDirectories(workshop.fresh("root").resolve("bin")).resolveSibling(".");
    Files.writeString(root.resolve("bin/sh"), "not really\n");
    Path model = Files.createDirectories(workshop.fresh("tiny"));
    Files.writeString(model.resolve("config.json"), "{}");
    workshop.run(
        workshop.modelcar(
            "ship",
            "" + model,
            "--base",
            "dir:" + root.normalize(),
            "--to",
            "oci:" + layout + ":v1"));
    return layout;
  }

  /** Our own way, from a source to a target. */
  Measured ours(String source, Path base, List<String> targets) throws IOException {
    return ours(workshop.hub(), source, base, targets);
  }

  /** The same, from another hub. */
  Measured ours(HelperProcess hub, String source, Path base, List<String> targets)
      throws IOException {
    Path state = workshop.fresh("state");
    List<String> words =
        workshop.modelcar(
            "ship", source, "--base", "oci:" + base + ":v1", "--state-dir", "" + state);
    for (String target : targets) {
      words.addAll(List.of("--to", target));
    }
    return workshop.run(hub, words);
  }

  Contender oursInto(RealRegistry program, String source, Path base) {
    return new Contender(
        "modelcar",
        () ->
            workshop.withRegistry(
                program, registry -> ours(source, base, List.of(target(registry)))));
  }

  static String target(RunningRegistry registry) {
    return "http://" + registry.authority() + "/bench/model:v1";
  }

  /** The same files as blobs, through pipes of curl, four at once. */
  Contender curlInto(RealRegistry program) throws IOException {
    Path list = workshop.fresh("list");
    String endpoint = workshop.hub().value("endpoint");
    List<GeneratedFile> files = workshop.hashedModel().files();
    return new Contender(
        "curl",
        () ->
            workshop.withRegistry(
                program,
                registry -> {
                  String repository = registry.uri() + "/v2/bench/model";
                  Files.writeString(
                      list,
                      files.stream()
                          .sorted((a, b) -> Long.compare(b.size(), a.size()))
                          .map(file ->
                              "%s/%s/resolve/v1/%s %s %s\n"
                                  .formatted(
                                      endpoint,
                                      Workshop.MODEL,
                                      file.path(),
                                      repository,
                                      file.sha256()))
                          .collect(Collectors.joining()));
                  return workshop.run(
                      List.of("bash", "-c", PIPE_ALL, "bash", PIPE_ONE, list.toString()));
                }));
  }

  /** Download, package, push: as people do it. */
  Contender usualInto(RealRegistry program, Path base) {
    return new Contender(
        "hf + olot + oras",
        () -> {
          Path folder = workshop.fresh("download");
          try {
            return workshop.withRegistry(
                program, registry -> olot(DOWNLOAD + OLOT, folder, base, registry));
          } finally {
            workshop.delete(folder);
          }
        });
  }

  /** Package and push a folder that is there already. */
  Contender olotInto(RealRegistry program, Path base, Path folder) {
    return new Contender(
        "olot + oras",
        () -> workshop.withRegistry(program, registry -> olot(OLOT, folder, base, registry)));
  }

  private Measured olot(String script, Path folder, Path base, RunningRegistry registry)
      throws IOException {
    Path layout = workshop.fresh("layout");
    List<String> words =
        List.of(
            "env",
            "PATH=" + Path.of(Workshop.tool("oras")).getParent() + ":" + System.getenv("PATH"),
            "REPOSITORY=" + Workshop.MODEL,
            "FOLDER=" + folder,
            "BASE=" + base,
            "LAYOUT=" + layout,
            "TARGET=" + registry.authority() + "/bench/model:v1",
            "bash",
            "-c",
            script);
    try {
      return workshop.run(workshop.hub(), words);
    } finally {
      workshop.delete(layout);
    }
  }
}
