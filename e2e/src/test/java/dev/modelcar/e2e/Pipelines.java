package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A namespace with all tasks and pipelines, which run from modelcar's own image, and a hub that
 * their pods reach.
 */
final class Pipelines implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(6);

  private final Path folder;
  private final Cluster cluster;
  private final OwnImage image;
  private final String namespace;
  private final FakeHub hub;

  private Pipelines(Path folder, Cluster cluster, OwnImage image, String namespace, FakeHub hub) {
    this.folder = folder;
    this.cluster = cluster;
    this.image = image;
    this.namespace = namespace;
    this.hub = hub;
  }

  static Pipelines install(Path folder, Cluster cluster, OwnImage image, Class<?> tests)
      throws IOException {
    String namespace =
        tests.getSimpleName().toLowerCase(Locale.ROOT)
            + "-"
            + Long.toHexString(ProcessHandle.current().pid());
    FakeHub hub = FakeHub.start(HubAddress.on("0.0.0.0", cluster.host(), cluster.hostName()));
    Pipelines pipelines = new Pipelines(folder, cluster, image, namespace, hub);
    cluster.makeNamespace(namespace);
    Path deploy = folder.resolve("deploy");
    pipelines
        .modelcar()
        .run(
            "render", "--output", deploy.toString(), "--image", image.reference(), "-n", namespace);
    String said =
        cluster.kubectl("apply", "--validate=strict", "-k", deploy + "/overlays/kubernetes");
    assertThat(said).doesNotContain("Warning").contains("modelcar-sharded-pipeline created");
    return pipelines;
  }

  Cluster cluster() {
    return cluster;
  }

  FakeHub hub() {
    return hub;
  }

  String image() {
    return image.reference();
  }

  String namespace() {
    return namespace;
  }

  /** For files of the test; it goes with the namespace. */
  Path folder() {
    return folder;
  }

  /** A registry that is there for all tests; repositories are theirs to name. */
  RunningRegistry registry() {
    return image.registry();
  }

  /** How pods call a registry on this machine. */
  String place(RunningRegistry one) {
    return cluster.host() + ":" + one.port();
  }

  String place(FakeRegistry one) {
    return cluster.host() + ":" + one.server().port();
  }

  /** A registry that counts bytes, and keeps few. */
  static FakeRegistry sink() {
    return sink(new RegistryAuth.Open());
  }

  static FakeRegistry sink(RegistryAuth auth) {
    return FakeRegistry.start(
        RegistrySettings.defaults()
            .on("0.0.0.0", 0)
            .withStorage(new Storage.Discarding())
            .withAuth(auth));
  }

  // ---- running ----

  Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home")).with("KUBECONFIG", cluster.kubeconfig()).with(hub);
  }

  /** A tool on this machine that finds the hub and its CDN as pods do. */
  Modelcar modelcarHere() throws IOException {
    Path names = folder.resolve("hosts");
    Files.writeString(names, cluster.host() + " " + cluster.hostName() + "\n");
    return modelcar().with("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + names);
  }

  /** Starts a pipeline that reads from the hub. */
  ChildProcess run(String pipeline, String... words) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("-p", "base=none", "-p", "hf-endpoint=" + hub.endpoint()));
    all.addAll(List.of(words));
    return runAsIs(pipeline, all.toArray(String[]::new));
  }

  /** Starts a pipeline with these parameters and no others, but that TLS is not spoken. */
  ChildProcess runAsIs(String pipeline, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("run", pipeline, "-n", namespace));
    command.addAll(List.of("-p", "plain-http=true"));
    command.addAll(List.of(words));
    return modelcar().start(command.toArray(String[]::new));
  }

  /** Starts once more a run that has ended. */
  ChildProcess resume(String run, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("run", "--resume", run, "-n", namespace));
    command.addAll(List.of(words));
    return modelcar().start(command.toArray(String[]::new));
  }

  /** Follows a run that somebody else has started. */
  ChildProcess follow(String run) throws IOException {
    return modelcar().start("run", "--follow", run, "-n", namespace);
  }

  /** Waits until a run has succeeded, and returns what it said. */
  static String outputOf(ChildProcess process) throws IOException {
    return outputOf(process, 0);
  }

  /** Waits until a run has ended with a code, and returns what it said. */
  static String outputOf(ChildProcess process, int code) throws IOException {
    int ended = process.await(PATIENCE).orElse(-1);
    assertThat(ended).describedAs(process.output()).isEqualTo(code);
    return process.output();
  }

  /** What one process on this machine makes of a model of the hub. */
  String expected(String repository) throws IOException {
    try (FakeRegistry sink = sink()) {
      return modelcarHere()
          .ship(
              "hf://" + repository,
              "--base=none",
              "--state-dir=none",
              "--to=http://127.0.0.1:" + sink.server().port() + "/host/model:v1");
    }
  }

  // ---- looking ----

  /** A field of an object in the namespace, in kubectl's words. */
  String field(String object, String path) throws IOException {
    return cluster.kubectl("-n", namespace, "get", object, "-o", "jsonpath={" + path + "}").strip();
  }

  /** Waits for the pod of a task of a run to be ready, and returns its name. */
  String awaitPod(String run, String task) throws IOException {
    String taskRun = "taskrun/" + run + "-" + task;
    await("create", taskRun);
    await("jsonpath={.status.podName}", taskRun);
    String pod = field(taskRun, ".status.podName");
    await("condition=Ready", "pod/" + pod);
    return pod;
  }

  /** The value that a run ends with. */
  static String result(String output, String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }

  /** Waits until a run has said its name. */
  static String nameOf(ChildProcess run) throws IOException {
    return awaitWords(run, "^run (\\S+) in namespace");
  }

  /** Waits until a process has said something of a form, and returns the form's first group. */
  static String awaitWords(ChildProcess process, String form) throws IOException {
    Pattern pattern = Pattern.compile(form, Pattern.MULTILINE);
    while (true) {
      boolean alive = process.isAlive();
      Matcher matcher = pattern.matcher(process.output());
      if (matcher.find()) {
        return matcher.group(1);
      }
      assertThat(alive).describedAs(process.output()).isTrue();
      // Nothing tells when a child writes; half a second of patience costs nobody anything.
      process.await(Duration.ofMillis(500));
    }
  }

  /** Waits until so many bytes of blobs are at a registry, while a process is at work. */
  static void awaitBytes(ChildProcess process, FakeRegistry sink, long bytes) throws IOException {
    await(process, () -> sink.bytesReceived() >= bytes);
  }

  /** Waits until something is so, while a process is at work. */
  static void await(ChildProcess process, BooleanSupplier condition) throws IOException {
    while (!condition.getAsBoolean()) {
      assertThat(process.isAlive()).describedAs(process.output()).isTrue();
      // Nothing tells; a quarter of a second is little against what a layer takes.
      process.await(Duration.ofMillis(250));
    }
  }

  /** Waits until an object in the namespace is as asked, in kubectl's words. */
  void await(String condition, String object) throws IOException {
    assertThat(cluster.await(namespace, condition, object))
        .describedAs(() -> described(object))
        .isTrue();
  }

  private String described(String object) {
    try {
      return cluster.kubectl("-n", namespace, "get", object, "-o", "yaml");
    } catch (IOException e) {
      return object + ": " + e;
    }
  }

  /** Makes another pipeline of one that is there, to be changed. */
  void copyPipeline(String from, String to) throws IOException {
    ObjectNode pipeline =
        (ObjectNode)
            new ObjectMapper()
                .readTree(cluster.kubectl("-n", namespace, "get", "pipeline", from, "-o", "json"));
    pipeline.putObject("metadata").put("name", to);
    create(pipeline.toString());
  }

  /** Changes an object by a JSON patch. */
  void patch(String object, String patch) throws IOException {
    cluster.kubectl("-n", namespace, "patch", object, "--type=json", "-p", patch);
  }

  /** Asks for a volume. */
  void claim(String name) throws IOException {
    create(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: %s
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 3Gi
        """
            .formatted(name));
  }

  /** Waits for the first pod that uses a volume, and says where it is on this machine. */
  Path awaitVolume(String claim) throws IOException {
    await("jsonpath={.status.phase}=Bound", "pvc/" + claim);
    String volume = field("pvc/" + claim, ".spec.volumeName");
    return Path.of(
        cluster.kubectl("get", "pv", volume, "-o", "jsonpath={.spec.local.path}").strip());
  }

  void delete(String object) throws IOException {
    cluster.kubectl("-n", namespace, "delete", object, "--wait=false");
  }

  /** Writes YAML into a file and creates what it says. */
  void create(String yaml) throws IOException {
    Path file = Files.createTempFile(folder, "object-", ".yaml");
    Files.writeString(file, yaml);
    cluster.kubectl("-n", namespace, "create", "--validate=strict", "-f", file.toString());
  }

  @Override
  public void close() throws IOException {
    hub.close();
    cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    Trees.delete(folder);
  }
}
