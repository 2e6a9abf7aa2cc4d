package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real KServe serves what modelcar ships, and for what it does not serve the cause is found. All
 * cases run at the same time, each with an InferenceService of its own; a test looks at one.
 */
@ExtendWith(OnKServe.class)
final class KServeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** In which the tool has to tell, on a busy machine; nodes for a GPU get most of it. */
  private static final String TOLD = "100s";

  private static final int AT_ONCE = 10;
  private static final int FAILED = 6;
  private static final String NOWHERE = "@sha256:" + "0".repeat(64);
  private static final String ID = Long.toHexString(ProcessHandle.current().pid());
  private static final String OPEN = "kserve-test-" + ID;
  private static final String RESTRICTED = "kserve-restricted-" + ID;
  private static final String FULL = "kserve-full-" + ID;

  /** What the server of a format does with the model. */
  private static final Map<String, String> SERVERS =
      Map.of(
          "served",
          serve("true"),
          "strict",
          serve("cat /mnt/models/config.json >/dev/null || exit 1"),
          "broken",
          "echo 'cannot load the model'; exit 3",
          "greedy",
          "tail /dev/zero");

  /** How a command ended. */
  private record End(int code, String output) {
    String value(String key) {
      Matcher matcher =
          Pattern.compile("\"%s\"\\s*:\\s*\\[?\\s*\"((?:\\\\.|[^\"\\\\])*)\"".formatted(key))
              .matcher(output);
      assertThat(matcher.find()).describedAs("%s in %s", key, output).isTrue();
      return matcher.group(1);
    }
  }

  private static final GeneratedModel MODEL =
      GeneratedModel.llama(ProcessHandle.current().pid(), 2, 1 << 20);
  private static final GeneratedModel NEXT = MODEL.withChangedShard(1, 77);
  private static final Map<String, Future<End>> CASES = new LinkedHashMap<>();
  private static final ExecutorService THREADS = Executors.newFixedThreadPool(AT_ONCE);

  @TempDir private static Path folder;
  private static Cluster cluster;
  private static RunningRegistry registry;
  private static RunningRegistry locked;
  private static String first;
  private static String second;

  private static String serve(String before) {
    return "until [ -e /mnt/models/. ]; do sleep 0.1; done; %s; trap 'exit 0' TERM; httpd -f -p 8080 -h /mnt/models & wait"
        .formatted(before);
  }

  // ---- what there is ----

  @BeforeAll
  static void startAll() throws IOException {
    cluster = Cluster.in(folder);
    RealRegistry program = Programs.need(RealRegistry.Kind.DISTRIBUTION_2);
    registry = program.start(folder.resolve("open"), RegistryOptions.plain().forClusters());
    locked =
        program.start(
            folder.resolve("locked"), RegistryOptions.plain().forClusters().withPassword());
    makeNamespaces();
    Path base = Images.busyboxRoot(folder.resolve("base"));
    first = ship(registry, MODEL, "car:v1", "--base", "dir:" + base, "--user", "65532");
    second = ship(registry, NEXT, "car:v2", "--base", "dir:" + base, "--user", "65532");
    String bare = ship(registry, MODEL, "bare:v1", "--base", "none");
    String secret = ship(locked, MODEL, "car:v1", "--base", "none");

    CASES.put("modelcar", THREADS.submit(() -> life("modelcar")));
    CASES.put("native", THREADS.submit(() -> life("native")));
    CASES.put("second-rollout", THREADS.submit(() -> secondRollout(bare)));
    CASES.put(
        "gone",
        THREADS.submit(() -> rollbackTo("gone", registryOf(registry) + "/models/car" + NOWHERE)));
    CASES.put(
        "upper-case",
        THREADS.submit(
            () -> rollbackTo("upper-case", registryOf(registry) + "/Models/car" + NOWHERE)));
    CASES.put("refused-change", THREADS.submit(KServeTest::refusedChange));
    CASES.put("conflict", THREADS.submit(KServeTest::conflict));
    CASES.put("held", THREADS.submit(KServeTest::held));
    deploys("no-gpu", first, "--mode=native", "--resource=nvidia.com/gpu=1");
    deploys("silent", first, "--annotation=serving.kserve.io/deploymentMode=Serverless");
    deploys("no-shell", bare, "--mode=modelcar");
    deploys("no-runtime", first, "--model-format=unheard-of");
    deploys("unknown-runtime", first, "--runtime=unheard-of");
    deploys("crash", first, "--model-format=broken");
    deploys("memory", first, "--model-format=greedy", "--resource=memory=16Mi");
    deploys("restricted-native", first, "-n", RESTRICTED, "--mode=native");
    deploys("restricted-modelcar", first, "-n", RESTRICTED, "--mode=modelcar");
    deploys("quota", first, "-n", FULL, "--mode=native");
    deploys("no-secret", secret, "--mode=native");
    deploys("wrong-secret", secret, "--mode=native", "--pull-secret=wrong");
    deploys("right-secret", secret, "--mode=native", "--pull-secret=right");
    deploys("n".repeat(50), first);
    deploys("Upper", first);
    handMade(base);
  }

  private static void handMade(Path base) throws IOException {
    HandMade images = new HandMade(folder.resolve("open"), registry, "models/hand-made");
    String place = registryOf(registry) + "/models/hand-made@";
    Path root = Images.busyboxRoot(folder.resolve("root"));
    String bare = images.image(images.layer(base));
    deploys("no-folder", place + bare, "--mode=native");
    Path models = Files.createDirectory(root.resolve("models"));
    deploys("empty", place + images.image(images.layer(root)), "--mode=modelcar");
    MODEL.writeTo(models);
    String layer = images.layer(root);
    deploys("no-diff-ids", place + images.imageWithoutDiffIds(layer), "--mode=native");
    deploys("no-diff-ids-car", place + images.imageWithoutDiffIds(layer), "--mode=modelcar");
    deploys("foreign", place + images.foreignIndex(bare), "--mode=native");
    deploys("artifact", place + images.artifact(layer));
    Path config = models.resolve("config.json");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    String closedFile = images.image(images.layer(root));
    deploys("closed-file", place + closedFile, "--mode=modelcar", "--model-format=strict");
    deploys(
        "closed-file-native",
        place + closedFile,
        "--mode=native",
        "--model-format=strict",
        "--runtime=strict-as-somebody");
    Files.setPosixFilePermissions(models, PosixFilePermissions.fromString("rwx------"));
    deploys("closed-folder", place + images.image(images.layer(root)), "--mode=modelcar");
    Files.writeString(root.resolve("lost"), ID);
    String lost = images.layer(root);
    String image = images.image(lost);
    images.lose(lost);
    deploys("lost-layer", place + image, "--mode=native");
  }

  private static void makeNamespaces() throws IOException {
    StringBuilder objects = new StringBuilder();
    for (String namespace : List.of(OPEN, RESTRICTED, FULL)) {
      objects.append(
          "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: %s}}}\n"
              .formatted(namespace, namespace.equals(RESTRICTED) ? "restricted" : "privileged"));
      SERVERS.forEach(
          (format, script) -> objects.append(runtime(namespace, format, format, script, "")));
    }
    objects.append(
        runtime(
            OPEN,
            "strict-as-somebody",
            "strict",
            Objects.requireNonNull(SERVERS.get("strict")),
            ", runAsUser: 1010"));
    objects.append(
        "---\n{apiVersion: v1, kind: ResourceQuota, metadata: {name: none, namespace: %s}, spec: {hard: {pods: 0}}}\n"
            .formatted(FULL));
    Path file = Files.writeString(folder.resolve("namespaces.yaml"), objects);
    cluster.kubectl("apply", "-f", file.toString());
    for (String name : List.of("right", "wrong")) {
      cluster.kubectl(
          "-n",
          OPEN,
          "create",
          "secret",
          "docker-registry",
          name,
          "--docker-server=" + registryOf(locked),
          "--docker-username=" + RegistryOptions.USER,
          "--docker-password=" + (name.equals("right") ? RegistryOptions.PASSWORD : "mistaken"));
    }
  }

  private static String runtime(
      String namespace, String name, String format, String script, String user) {
    return """
    ---
    apiVersion: serving.kserve.io/v1alpha1
    kind: ServingRuntime
    metadata: {name: %s, namespace: %s}
    spec:
      supportedModelFormats: [{name: %s, version: "1", autoSelect: %s}]
      protocolVersions: [v1]
      containers:
      - name: kserve-container
        image: localhost/busybox:1
        command: [sh, -c]
        args: ["%s"]
        ports: [{containerPort: 8080, protocol: TCP}]
        readinessProbe: {httpGet: {path: /config.json, port: 8080}, periodSeconds: 1}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}%s}
        resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 500m, memory: 64Mi}}
    """
        .formatted(name, namespace, format, name.equals(format), script, user);
  }

  @AfterAll
  static void stopAll() throws IOException {
    THREADS.shutdownNow();
    if (cluster != null) {
      cluster.kubectl(
          "delete", "namespace", OPEN, RESTRICTED, FULL, "--ignore-not-found", "--wait=false");
    }
    for (RunningRegistry one : Stream.of(registry, locked).filter(r -> r != null).toList()) {
      one.close();
    }
  }

  // ---- running ----

  private static String registryOf(RunningRegistry one) {
    return cluster.host() + ":" + one.port();
  }

  private static Modelcar modelcar() throws IOException {
    Path login = folder.resolve("auth.json");
    if (!Files.exists(login)) {
      String auth =
          java.util.Base64.getEncoder()
              .encodeToString(
                  (RegistryOptions.USER + ":" + RegistryOptions.PASSWORD)
                      .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      Files.writeString(
          login, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registryOf(locked), auth));
    }
    return Modelcar.in(folder.resolve("home"))
        .with("KUBECONFIG", cluster.kubeconfig())
        .with("REGISTRY_AUTH_FILE", login.toString())
        // Most of the work here is that of starting Java.
        .with("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
  }

  /** Ships a model, and returns the image by its digest, as nodes name it. */
  private static String ship(
      RunningRegistry to, GeneratedModel model, String image, String... options)
      throws IOException {
    Path files = Files.createTempDirectory(folder, "model-");
    model.writeTo(files);
    String place = registryOf(to) + "/models/";
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(
        0, List.of(files.toString(), "--plain-http", "--state-dir=none", "--to", place + image));
    String digest = modelcar().ship(words.toArray(String[]::new));
    return place + image.substring(0, image.indexOf(':')) + "@" + digest;
  }

  private static End run(String... words) throws IOException {
    try (ChildProcess process = modelcar().start(words)) {
      int code = process.await(PATIENCE).orElse(-1);
      return new End(code, process.output());
    }
  }

  private static End deploy(String name, String image, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("deploy", image, "--name", name));
    words.addAll(List.of("--plain-http", "--wait", "--timeout=" + TOLD, "--output=json"));
    List<String> given = List.of(options);
    words.addAll(given);
    if (!given.contains("-n")) {
      words.addAll(List.of("-n", OPEN));
    }
    if (given.stream().noneMatch(option -> option.startsWith("--model-format"))) {
      words.add("--model-format=served");
    }
    return run(words.toArray(String[]::new));
  }

  private static void deploys(String name, String image, String... options) {
    CASES.put(name, THREADS.submit(() -> deploy(name, image, options)));
  }

  private static End end(String name) throws Exception {
    return Objects.requireNonNull(CASES.get(name)).get();
  }

  // ---- what is served ----

  /** First image, the same again, the next, the first again; then no more. */
  private static End life(String mode) throws IOException {
    End created = assertServes(deploy(mode, first, "--mode=" + mode), MODEL);
    assertThat(created.value("change")).isEqualTo("created");
    End smoke = run("smoke", mode, "-n", OPEN, "--plain-http", "-o", "json");
    assertThat(smoke.code()).describedAs(smoke.output()).isZero();
    assertThat(smoke.output())
        .contains("GET /model-00001-of-00002.safetensors", "has the SHA-256 of the image's file");
    End again = assertServes(deploy(mode, first, "--mode=" + mode), MODEL);
    assertThat(again.value("change")).isEqualTo("unchanged");
    assertThat(again.value("pods")).isEqualTo(created.value("pods"));
    End updated = assertServes(deploy(mode, second, "--mode=" + mode), NEXT);
    assertThat(updated.value("change")).isEqualTo("changed");
    assertThat(updated.value("digest")).isEqualTo(second.substring(second.indexOf('@') + 1));
    assertServes(run("rollback", mode, "-n", OPEN, "--wait", "-o", "json"), MODEL);
    End status = run("status", mode, "-n", OPEN, "-o", "json");
    assertThat(status.code()).describedAs(status.output()).isZero();
    assertThat(status.value("previous")).endsWith(second);
    return run("undeploy", mode, "-n", OPEN, "-o", "json");
  }

  private static End assertServes(End end, GeneratedModel model) throws IOException {
    assertThat(end.code()).describedAs(end.output()).isZero();
    assertThat(end.value("outcome")).isEqualTo("serving");
    assertThat(end.value("proof")).isNotEmpty();
    List<String> words = new ArrayList<>(List.of("-n", OPEN, "exec", end.value("pods")));
    words.addAll(List.of("-c", "kserve-container", "--", "busybox", "sha256sum"));
    model.files().forEach(file -> words.add("/mnt/models/" + file.path()));
    String sums = cluster.kubectl(words.toArray(String[]::new));
    for (GeneratedFile file : model.files()) {
      assertThat(sums).contains(file.sha256() + "  /mnt/models/" + file.path());
    }
    return end;
  }

  @ParameterizedTest
  @ValueSource(strings = {"modelcar", "native"})
  void servesThisDigestTheNextAndTheOneBefore(String mode) throws Exception {
    assertThat(end(mode).output()).contains("\"removed\"");
  }

  @Test
  void servesWithThePullSecret() throws Exception {
    assertServes(end("right-secret"), MODEL);
  }

  // ---- what is not ----

  private static End secondRollout(String bare) throws IOException {
    assertServes(deploy("second-rollout", first, "--mode=modelcar"), MODEL);
    return deploy("second-rollout", bare, "--mode=modelcar");
  }

  /** KServe makes nothing of the change, so the pods before are the newest that there are. */
  private static End refusedChange() throws IOException {
    assertServes(deploy("refused-change", first, "--mode=native"), MODEL);
    return deploy("refused-change", second, "--mode=native", "--model-format=unheard-of");
  }

  /** An image that no registry has, or that has no name, gets there only as the one before. */
  private static End rollbackTo(String name, String image) throws IOException {
    assertServes(
        deploy(
            name,
            first,
            "--mode=native",
            "--annotation=modelcar.dev/previous-image=oci+native://" + image),
        MODEL);
    return run("rollback", name, "-n", OPEN, "--wait", "--timeout=2m", "-o", "json");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "no-shell, serve-no-shell",
    "empty, serve-model-empty",
    "no-folder, serve-path-missing",
    "closed-file, serve-files-unreadable",
    "closed-file-native, serve-files-unreadable",
    "closed-folder, serve-files-unreadable",
    "no-diff-ids, serve-not-an-image",
    "no-diff-ids-car, serve-not-an-image",
    "foreign, serve-platform-missing",
    "lost-layer, serve-layer-missing",
    "no-secret, serve-pull-unauthorized",
    "wrong-secret, serve-pull-unauthorized",
    "no-runtime, serve-no-runtime",
    "unknown-runtime, serve-runtime-unknown",
    "restricted-native, serve-pod-security",
    "quota, serve-quota",
    "crash, serve-container-crashed",
    "memory, serve-out-of-memory",
    "no-gpu, serve-unschedulable-gpu",
    "silent, serve-controller-silent"
  })
  void namesTheCause(String name, String rule) throws Exception {
    End end = end(name);
    assertThat(end.code()).describedAs(end.output()).isEqualTo(FAILED);
    assertThat(end.value("outcome")).isEqualTo("failed");
    assertThat(end.value("rule")).describedAs(end.output()).isEqualTo(rule);
    assertThat(end.value("id")).isEqualTo("deploy-failed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "second-rollout, serve-no-shell",
    "refused-change, serve-no-runtime",
    "gone, serve-image-not-found",
    "upper-case, serve-image-invalid"
  })
  void aFailingRolloutOverAHealthyOneIsAFailure(String name, String rule) throws Exception {
    namesTheCause(name, rule);
    assertThat(end(name).output()).containsPattern("\"stillServing\"\\s*:\\s*true");
    End status = run("status", name, "-n", OPEN, "-o", "json");
    assertThat(status.code()).describedAs(status.output()).isEqualTo(FAILED);
    assertThat(status.value("rule")).isEqualTo(rule);
    End smoke = run("smoke", name, "-n", OPEN, "--plain-http", "-o", "json");
    assertThat(smoke.code()).describedAs(smoke.output()).isEqualTo(FAILED);
    assertThat(smoke.value("id")).isEqualTo("smoke-failed");
    assertThat(smoke.value("message")).contains(rule);
  }

  // ---- what is refused at once ----

  private static End conflict() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("conflict.yaml"),
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: conflict, namespace: %s, annotations: {serving.kserve.io/autoscalerClass: none}}
            spec: {predictor: {model: {modelFormat: {name: served}, storageUri: "oci+native://%s"}}}
            """
                .formatted(OPEN, first));
    cluster.kubectl("apply", "--server-side", "--field-manager=others", "-f", file.toString());
    return deploy("conflict", second, "--mode=native");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "conflict, 3, cluster-refused, others",
    "restricted-modelcar, 3, cluster-refused, Pod Security",
    "artifact, 3, image-invalid, artifact",
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn, 2, usage-invalid, 63",
    "Upper, 2, usage-invalid, lower-case"
  })
  void refuses(String name, int code, String id, String words) throws Exception {
    End end = end(name);
    assertThat(end.code()).describedAs(end.output()).isEqualTo(code);
    assertThat(end.value("id")).isEqualTo(id);
    assertThat(end.value("message")).contains(words);
  }

  // ---- what does not go away ----

  private static End held() throws IOException {
    assertServes(deploy("held", first, "--mode=native"), MODEL);
    finalizer("[\"example.com/hold\"]");
    return run("undeploy", "held", "-n", OPEN, "--timeout=3s", "-o", "json");
  }

  private static void finalizer(String names) throws IOException {
    cluster.kubectl(
        "-n",
        OPEN,
        "patch",
        "inferenceservice/held",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":%s}}".formatted(names));
  }

  @Test
  void namesTheFinalizerThatHoldsAnInferenceService() throws Exception {
    End end = end("held");
    assertThat(end.code()).describedAs(end.output()).isEqualTo(FAILED);
    assertThat(end.value("id")).isEqualTo("deploy-timed-out");
    assertThat(end.value("message")).contains("example.com/hold");
    finalizer("[]");
  }
}
