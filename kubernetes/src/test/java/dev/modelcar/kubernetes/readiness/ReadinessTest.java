package dev.modelcar.kubernetes.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Severity;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.readiness.Needs.Reference;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cluster is asked before a run, and what becomes of its responses. */
final class ReadinessTest {
  private static final String HERE = "/api/v1/namespaces/models/";
  private static final Headers JSON = Headers.of("Content-Type", "application/json");
  private static final long GIB = 1L << 30;

  private final Map<String, String> objects = new ConcurrentHashMap<>();

  /** Verbs and resources that the user has no right to. */
  private final Set<String> denied = ConcurrentHashMap.newKeySet();

  /** Verbs and resources that the ServiceAccount has no right to, if the user may ask that. */
  private volatile Optional<String> deniedToAccount = Optional.empty();

  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
  private volatile String refusal = "";
  private final TestServer server = TestServer.start(this::handle);

  @BeforeEach
  void aClusterThatHasAll() {
    objects.put(HERE + "serviceaccounts/modelcar", "{\"metadata\":{\"name\":\"modelcar\"}}");
    objects.put("/apis/tekton.dev", group("tekton.dev"));
    objects.put("/apis/serving.kserve.io", group("serving.kserve.io"));
    objects.put(HERE + "resourcequotas", list("ResourceQuotaList"));
    objects.put("/version", "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.0\"}");
    objects.put("/api/v1/nodes", list("NodeList", node("100Gi", "")));
    objects.put(
        "/api/v1/namespaces/tekton-pipelines/configmaps/pipelines-info",
        "{\"metadata\":{\"name\":\"pipelines-info\"},\"data\":{\"version\":\"v1.15.0\"}}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String group(String name) {
    return "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"%s\"}".formatted(name);
  }

  private static String list(String kind, String... items) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"metadata\":{},\"items\":[%s]}"
        .formatted(kind, String.join(",", items));
  }

  private static String node(String storage, String more) {
    return """
    {"metadata":{"name":"n","labels":{"nvidia.com/gpu.memory":"81920"}},"spec":{},"status":{
     "nodeInfo":{"containerRuntimeVersion":"containerd://2.2.0"},
     "conditions":[{"type":"Ready","status":"True"}],
     "allocatable":{"ephemeral-storage":"%s"%s}}}\
    """
        .formatted(storage, more);
  }

  private void secret(String name, String type, String key, String content) {
    objects.put(
        HERE + "secrets/" + name,
        "{\"metadata\":{\"name\":\"%s\"},\"type\":\"%s\",\"data\":{\"%s\":\"%s\"}}"
            .formatted(
                name,
                type,
                key,
                Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8))));
  }

  private void handle(Call call) throws IOException {
    String path = call.path();
    if (path.endsWith("selfsubjectaccessreviews")) {
      String asked = new String(call.readBody(1 << 20), StandardCharsets.UTF_8);
      boolean allowed =
          denied.stream()
              .noneMatch(right -> {
                String[] words = right.split(" ", 2);
                return asked.contains("\"verb\":\"%s\"".formatted(words[0]))
                    && asked.contains("\"resource\":\"%s\"".formatted(words[1]));
              });
      respond(call, 201, "{\"spec\":{},\"status\":{\"allowed\":%s}}".formatted(allowed));
    } else if (path.endsWith("/subjectaccessreviews")) {
      String asked = new String(call.readBody(1 << 20), StandardCharsets.UTF_8);
      assertThat(asked).contains("system:serviceaccount:models:modelcar");
      boolean mayAsk = deniedToAccount.isPresent();
      boolean allowed = !asked.contains("\"verb\":\"%s\"".formatted(deniedToAccount.orElse("")));
      respond(
          call,
          mayAsk ? 201 : 403,
          mayAsk
              ? "{\"spec\":{},\"status\":{\"allowed\":%s}}".formatted(allowed)
              : status("forbidden"));
    } else if (path.endsWith("/pods") && call.method().equals("POST")) {
      assertThat(call.query("dryRun")).contains("All");
      String pod = new String(call.readBody(1 << 20), StandardCharsets.UTF_8);
      respond(call, refusal.isEmpty() ? 201 : 403, refusal.isEmpty() ? pod : status(refusal));
    } else if (path.equals("/apis")) {
      String groups =
          objects.entrySet().stream()
              .filter(each -> each.getKey().startsWith("/apis/"))
              .map(Map.Entry::getValue)
              .collect(Collectors.joining(","));
      respond(
          call,
          200,
          "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[%s]}".formatted(groups));
    } else if (forbidden.contains(path)) {
      respond(call, 403, status("forbidden"));
    } else if (objects.containsKey(path)) {
      respond(call, 200, String.valueOf(objects.get(path)));
    } else {
      respond(call, 404, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":404}");
    }
  }

  private static String status(String message) {
    return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":403,\"message\":\"%s\"}"
        .formatted(message);
  }

  private static void respond(Call call, int status, String body) throws IOException {
    call.respond(status, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private List<Answer> check(Needs needs, OptionalLong bytes) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .withRequestRetryBackoffLimit(0)
            .build();
    Cluster cluster =
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.empty());
    try (Readiness readiness = new Readiness(cluster)) {
      return readiness.check(needs, () -> bytes);
    }
  }

  private static Needs needs(Reference... references) {
    return new Needs("modelcar", List.of(references), Set.of("quay.io"), Optional.empty());
  }

  private static Needs serving(int gpus) {
    return new Needs("modelcar", List.of(), Set.of(), Optional.of(new Needs.Serving(gpus)));
  }

  private static Reference reference(String kind, String name) {
    return new Reference(kind, name, Optional.empty());
  }

  /** What is not good, as severity, rule and object. */
  private List<String> problems(Needs needs, OptionalLong bytes) {
    List<Answer> answers = check(needs, bytes);
    assertThat(answers)
        .allSatisfy(answer ->
            assertThat(Catalogue.standard().find(answer.rule())).as(answer.rule()).isPresent());
    return answers.stream()
        .filter(answer -> answer.severity() != Severity.INFO)
        .map(answer ->
            "%s %s %s".formatted(answer.severity().word(), answer.rule(), answer.object()))
        .toList();
  }

  @Test
  void nothingSpeaksAgainstAClusterThatHasAll() {
    secret(
        "login",
        "kubernetes.io/dockerconfigjson",
        ".dockerconfigjson",
        "{\"auths\":{\"https://quay.io/v1/\":{\"auth\":\"dTpw\"}}}");
    objects.put(HERE + "configmaps/ca", "{\"metadata\":{\"name\":\"ca\"},\"data\":{\"a\":\"b\"}}");
    assertThat(
            problems(
                needs(
                    reference("Secret", "login"),
                    new Reference("ConfigMap", "ca", Optional.of("a"))),
                OptionalLong.of(GIB)))
        .isEmpty();
    assertThat(problems(serving(0), OptionalLong.of(GIB))).isEmpty();
  }

  @Test
  void namesWhatIsMissing() {
    objects.remove(HERE + "serviceaccounts/modelcar");
    assertThat(
            problems(
                needs(
                    reference("Secret", "a"),
                    reference("ConfigMap", "b"),
                    reference("PersistentVolumeClaim", "c"),
                    reference("Pipeline", "d")),
                OptionalLong.empty()))
        .containsExactlyInAnyOrder(
            "error service-account-missing serviceaccount/modelcar",
            "error secret-missing secret/a",
            "error config-map-missing configmap/b",
            "error claim-missing persistentvolumeclaim/c",
            "error task-not-found pipeline/d");
  }

  @Test
  void whatMayNotBeSeenIsNoProblem() {
    forbidden.add(HERE + "secrets/hidden");
    forbidden.add("/api/v1/nodes");
    forbidden.add(HERE + "resourcequotas");
    assertThat(problems(needs(reference("Secret", "hidden")), OptionalLong.of(GIB))).isEmpty();
    assertThat(problems(serving(8), OptionalLong.of(GIB))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json|{\"auths\":{\"registry.example.com\":{\"auth\":\"dTpw\"}}}|warning secret-without-login secret/s",
        ".dockerconfigjson|{\"auths\":{}}|warning secret-without-login secret/s",
        ".dockerconfigjson|not json|error secret-without-login secret/s",
        ".dockerconfigjson|[]|error secret-without-login secret/s",
        ".dockercfg|{\"quay.io\":{\"auth\":\"dTpw\"}}|",
        "config.json|{\"auths\":{\"quay.io\":{}}}|warning secret-without-login secret/s",
        "config.json|{\"auths\":{\"QUAY.IO/team\":{\"auth\":\"dTpw\"}}}|",
        "config.json|{\"credsStore\":\"desktop\"}|",
        "config.json|{\"credHelpers\":{\"quay.io\":\"x\"}}|",
        "token|hf_x|",
      })
  void looksIntoSecrets(String key, String content, String problem) {
    secret("s", "Opaque", key, content);
    assertThat(problems(needs(reference("Secret", "s")), OptionalLong.empty()))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void aKeyThatIsMissingOrEmptyIsNamed() {
    secret("s", "Opaque", "tokn", "x");
    secret("e", "Opaque", "token", "");
    Reference misspelt = new Reference("Secret", "s", Optional.of("token"));
    Reference empty = new Reference("Secret", "e", Optional.of("token"));
    assertThat(problems(needs(misspelt, empty), OptionalLong.empty()))
        .containsExactly("error key-missing secret/s", "error key-missing secret/e");
    assertThat(check(needs(misspelt), OptionalLong.empty()))
        .anySatisfy(answer -> assertThat(answer.said()).contains("tokn"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"phase\":\"Bound\",\"capacity\":{\"storage\":\"10Gi\"}}|",
        "{\"phase\":\"Bound\",\"capacity\":{\"storage\":\"1Gi\"}}|error claim-too-small persistentvolumeclaim/c",
        "{\"phase\":\"Pending\"}|error claim-too-small persistentvolumeclaim/c",
        "{\"phase\":\"Lost\"}|error claim-unbound persistentvolumeclaim/c",
        "{\"phase\":\"Bound\",\"capacity\":{\"storage\":\"??\"}}|",
        "{}|error claim-too-small persistentvolumeclaim/c",
      })
  void comparesClaimsWithTheModel(String status, String problem) {
    objects.put(
        HERE + "persistentvolumeclaims/c",
        """
        {"metadata":{"name":"c"},"spec":{"resources":{"requests":{"storage":"1Gi"}}},"status":%s}\
        """
            .formatted(status));
    assertThat(problems(needs(reference("PersistentVolumeClaim", "c")), OptionalLong.of(2 * GIB)))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void aClaimThatIsBeingDeletedIsNone() {
    objects.put(
        HERE + "persistentvolumeclaims/c",
        "{\"metadata\":{\"name\":\"c\",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"}}");
    assertThat(problems(needs(reference("PersistentVolumeClaim", "c")), OptionalLong.empty()))
        .containsExactly("error claim-missing persistentvolumeclaim/c");
  }

  @Test
  void rightsThatAreNeededAreErrorsAndThoseToWatchWarnings() {
    denied.add("create pipelineruns");
    denied.add("get pods");
    denied.add("patch inferenceservices");
    assertThat(problems(serving(0), OptionalLong.empty()))
        .containsExactlyInAnyOrder(
            "error kubernetes-forbidden namespace/models",
            "warning kubernetes-forbidden namespace/models",
            "error kubernetes-forbidden namespace/models");
    assertThat(check(serving(0), OptionalLong.empty()))
        .anySatisfy(answer -> assertThat(answer.said()).isEqualTo("lacking: get pods/log"));
  }

  @Test
  void whetherItCanServeIsAskedForTheServiceAccount() {
    denied.add("patch inferenceservices");
    deniedToAccount = Optional.of("none");
    assertThat(problems(serving(0), OptionalLong.empty())).isEmpty();
    deniedToAccount = Optional.of("patch");
    assertThat(problems(serving(0), OptionalLong.empty()))
        .containsExactly("error kubernetes-forbidden serviceaccount/modelcar");
  }

  @Test
  void whoMayNotAskForOthersIsAskedHimselfAndToldSo() {
    denied.add("patch inferenceservices");
    assertThat(check(serving(0), OptionalLong.empty()))
        .anySatisfy(
            answer -> assertThat(answer.what()).contains("may not create SubjectAccessReviews"))
        .anySatisfy(
            answer -> assertThat(answer.what()).isEqualTo("this user may not serve models"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods is forbidden: violates PodSecurity restricted|error pod-security-refused namespace/models",
        "pods is forbidden: exceeded quota: q, requested: pods=1|error quota-exceeded namespace/models",
        "maximum memory usage per Container is 1Gi|error quota-exceeded namespace/models",
        "unable to validate against any security context constraint|error scc-capability-refused namespace/models",
        "pods is forbidden: User x cannot create resource pods|",
      })
  void tellsWhyPodsAreRefused(String said, String problem) {
    refusal = said;
    assertThat(problems(needs(), OptionalLong.empty()))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void usedUpQuotasAreNamed() {
    objects.put(
        HERE + "resourcequotas",
        list(
            "ResourceQuotaList",
            """
            {"metadata":{"name":"q"},"status":{"hard":{"pods":"2","cpu":"4"},"used":{"pods":"2","cpu":"1"}}}\
            """));
    assertThat(problems(needs(), OptionalLong.empty()))
        .containsExactly("error quota-exceeded resourcequota/q");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100Gi|''|0|",
        "15Gi|''|0|warning serve-node-full nodes",
        "5Gi|''|0|error serve-node-full nodes",
        "100Gi|''|1|error serve-unschedulable-gpu nodes",
        "100Gi|,\"nvidia.com/gpu\":\"2\"|2|",
        "100Gi|,\"nvidia.com/gpu\":\"2\"|4|error serve-unschedulable-gpu nodes",
        "100Gi|,\"amd.com/gpu\":\"8\"|8|",
      })
  void comparesNodesWithTheModel(String storage, String more, int gpus, String problem) {
    objects.put("/api/v1/nodes", list("NodeList", node(storage, more)));
    assertThat(problems(serving(gpus), OptionalLong.of(10 * GIB)))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void weightsHaveToFitTheGpus() {
    objects.put("/api/v1/nodes", list("NodeList", node("900Gi", ",\"nvidia.com/gpu\":\"2\"")));
    assertThat(problems(serving(1), OptionalLong.of(100 * GIB)))
        .containsExactly("error serve-gpu-memory nodes");
    assertThat(problems(serving(2), OptionalLong.of(100 * GIB))).isEmpty();
  }

  @Test
  void whatTheKubeletSaysIsFreeCounts() {
    objects.put(
        "/api/v1/nodes/n/proxy/stats/summary",
        "{\"node\":{\"runtime\":{\"imageFs\":{\"availableBytes\":1073741824}}}}");
    assertThat(problems(serving(0), OptionalLong.of(10 * GIB)))
        .containsExactly("error serve-node-full nodes");
  }

  @Test
  void noNodeThatTakesPods() {
    objects.put(
        "/api/v1/nodes",
        list(
            "NodeList",
            node("100Gi", "").replace("\"spec\":{}", "\"spec\":{\"unschedulable\":true}")));
    assertThat(problems(serving(0), OptionalLong.of(GIB)))
        .containsExactly("error serve-unschedulable nodes");
  }

  @Test
  void whatIsNotInstalledIsNamedAndWhatIsTooOld() {
    objects.remove("/apis/tekton.dev");
    objects.remove("/apis/serving.kserve.io");
    assertThat(problems(serving(0), OptionalLong.of(GIB)))
        .containsExactlyInAnyOrder(
            "error task-not-found cluster", "error serve-refused-by-kserve cluster");
    objects.put("/apis/tekton.dev", group("tekton.dev"));
    objects.put(
        "/api/v1/namespaces/tekton-pipelines/configmaps/pipelines-info",
        "{\"metadata\":{\"name\":\"pipelines-info\"},\"data\":{\"version\":\"v0.44.3\"}}");
    assertThat(problems(needs(), OptionalLong.of(GIB)))
        .containsExactly("warning tekton-too-old cluster");
  }

  @Test
  void restrictedNamespacesNeedModelsThatAreMounted() {
    objects.put("/version", "{\"major\":\"1\",\"minor\":\"30\",\"gitVersion\":\"v1.30.0\"}");
    objects.put(
        "/api/v1/namespaces/models",
        "{\"metadata\":{\"name\":\"models\",\"labels\":{\"pod-security.kubernetes.io/enforce\":\"restricted\"}}}");
    assertThat(problems(serving(0), OptionalLong.of(GIB)))
        .containsExactly("error serve-refused-by-kserve cluster");
  }

  @Test
  void pullSecretsOfTheAccountAreLookedFor() {
    objects.put(
        HERE + "serviceaccounts/modelcar",
        "{\"metadata\":{\"name\":\"modelcar\"},\"imagePullSecrets\":[{\"name\":\"gone\"}]}");
    assertThat(problems(needs(), OptionalLong.empty()))
        .containsExactly("warning secret-missing secret/gone");
  }

  @Test
  void aClusterThatIsAwayFailsAsSuch() {
    server.close();
    assertThatThrownBy(() -> check(needs(), OptionalLong.empty()))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_UNREACHABLE));
  }
}
