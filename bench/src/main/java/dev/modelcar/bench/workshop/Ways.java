package dev.modelcar.bench.workshop;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The ways in which a model comes into a registry. */
public final class Ways {
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
      oras cp --no-tty --from-oci-layout $PLAIN "$LAYOUT:v1" "$TARGET"
      """;

  private static final String DOWNLOAD =
      "hf download \"$REPOSITORY\" --revision v1 --local-dir \"$FOLDER\"\n";

  private final Workshop workshop;
  private final HelperProcess hub;
  private final Helper.Repository model;
  private final Optional<TestTls> tls;

  /** Over plain connections, with the model of most bars. */
  public Ways(Workshop workshop) throws IOException {
    this(workshop, workshop.hub(), workshop.model(), Optional.empty());
  }

  /**
   * @param hub that serves the model
   * @param tls what hub and registries speak TLS with
   */
  public Ways(
      Workshop workshop, HelperProcess hub, Helper.Repository model, Optional<TestTls> tls) {
    this.workshop = workshop;
    this.hub = hub;
    this.model = model;
    this.tls = tls;
  }

  /** The model, as our command line names it. */
  public String source() {
    return "hf://" + model.name() + "@v1";
  }

  /** A layout with a small image that both we and others build on. */
  public Path base() throws IOException {
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
  public Measured ours(String source, Path base, List<String> targets, String... options)
      throws IOException {
    return ours(hub, source, base, targets, options);
  }

  /** The same, from another hub. */
  public Measured ours(
      HelperProcess from, String source, Path base, List<String> targets, String... options)
      throws IOException {
    Path state = workshop.fresh("state");
    List<String> words =
        workshop.modelcar(
            "ship", source, "--base", "oci:" + base + ":v1", "--state-dir", "" + state);
    for (String target : targets) {
      words.addAll(List.of("--to", target));
    }
    words.addAll(List.of(options));
    return run(from, words);
  }

  public Contender oursInto(RealRegistry program, String source, Path base) {
    return new Contender(
        "modelcar",
        () -> withRegistry(program, registry -> ours(source, base, List.of(target(registry)))));
  }

  public static String target(RunningRegistry registry) {
    return registry.uri() + "/bench/model:v1";
  }

  /** The same files as blobs, through pipes of curl, four at once. */
  public Contender curlInto(RealRegistry program) throws IOException {
    Path list = workshop.fresh("list");
    String endpoint = hub.value("endpoint");
    List<GeneratedFile> files = workshop.hashed(model).files();
    return new Contender(
        "curl",
        () ->
            withRegistry(
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
                                      model.name(),
                                      file.path(),
                                      repository,
                                      file.sha256()))
                          .collect(Collectors.joining()));
                  return run(
                      hub, List.of("bash", "-c", PIPE_ALL, "bash", PIPE_ONE, list.toString()));
                }));
  }

  /** Download, package, push: as people do it. */
  public Contender usualInto(RealRegistry program, Path base) {
    return new Contender(
        "hf + olot + oras",
        () -> {
          Path folder = workshop.fresh("download");
          try {
            return withRegistry(program, registry -> olot(DOWNLOAD + OLOT, folder, base, registry));
          } finally {
            workshop.delete(folder);
          }
        });
  }

  /** Package and push a folder that is there already. */
  public Contender olotInto(RealRegistry program, Path base, Path folder) {
    return new Contender(
        "olot + oras", () -> withRegistry(program, registry -> olot(OLOT, folder, base, registry)));
  }

  private Measured olot(String script, Path folder, Path base, RunningRegistry registry)
      throws IOException {
    Path layout = workshop.fresh("layout");
    List<String> words =
        List.of(
            "env",
            "PATH=" + Path.of(Workshop.tool("oras")).getParent() + ":" + System.getenv("PATH"),
            "REPOSITORY=" + model.name(),
            "FOLDER=" + folder,
            "BASE=" + base,
            "LAYOUT=" + layout,
            "PLAIN=" + (tls.isPresent() ? "" : "--to-plain-http"),
            "TARGET=" + registry.authority() + "/bench/model:v1",
            "bash",
            "-c",
            script);
    try {
      return run(hub, words);
    } finally {
      workshop.delete(layout);
    }
  }

  public <T> T withRegistry(RealRegistry program, Workshop.WithRegistry<T> action)
      throws IOException {
    RegistryOptions options =
        tls.map(RegistryOptions.plain()::withTls).orElseGet(RegistryOptions::plain);
    return workshop.withRegistry(program, options, action);
  }

  private Measured run(HelperProcess from, List<String> words) throws IOException {
    return workshop.run(from, tls.map(keys -> keys.caFile().toString()), words);
  }
}
