package dev.modelcar.kubernetes.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is applied, found again, changed back and removed, by the kind of what serves. */
final class InferenceServicesTest {
  private static final String FIRST = "h.example/team/m@sha256:" + "1".repeat(64);
  private static final String SECOND = "h.example/team/m@sha256:" + "2".repeat(64);
  private static final String DEPLOYMENT = FakeServing.DEPLOYMENTS + "/m";
  private static final String SERVICE = FakeServing.SERVICES + "/m";
  private static final String LLM = FakeServing.LLM + "/m";

  private final FakeServing cluster = new FakeServing();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static DeploySpec spec(ServedKind kind, String image, String... arguments) {
    return new DeploySpec(
        kind,
        "m",
        image,
        Optional.empty(),
        "vLLM",
        Optional.empty(),
        Server.vllm("0.27", "m"),
        List.of(arguments),
        Map.of("nvidia.com/gpu", "1"),
        Map.of("nvidia.com/gpu", "1"),
        Optional.of("pull"),
        Optional.empty(),
        Map.of(),
        Map.of("team", "one"),
        Map.of("note", "$name: \"quoted\""));
  }

  private Applied apply(DeploySpec spec, boolean dryRun) {
    try (InferenceServices services = cluster.services(Optional.empty())) {
      return services.apply(spec, dryRun);
    }
  }

  @Test
  void aDeploymentMountsTheDigestAndIsAdmittedWherePodSecurityIsRestricted() {
    Applied applied = apply(spec(ServedKind.DEPLOYMENT, FIRST, "--max-model-len=8192"), false);
    assertThat(applied.change()).isEqualTo(Applied.Change.CREATED);
    assertThat(applied.manifests())
        .extracting(Applied.Manifest::name)
        .containsExactly("deployment/m", "service/m");
    JsonNode pod = cluster.object(DEPLOYMENT).at("/spec/template/spec");
    assertThat(pod.at("/volumes/0/image/reference").asText()).isEqualTo(FIRST);
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asLong()).isEqualTo(65532);
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
    JsonNode server = pod.at("/containers/0");
    assertThat(server.at("/image").asText()).isEqualTo("docker.io/vllm/vllm-openai:v0.27.0");
    assertThat(server.at("/command/2").asText()).isEqualTo("/mnt/models");
    assertThat(server.at("/args/0").asText()).isEqualTo("--max-model-len=8192");
    assertThat(server.at("/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("1");
    assertThat(server.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(server.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(server.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/mnt/models");
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      assertThat(server.path(probe).at("/httpGet/path").asText()).isEqualTo("/health");
    }
    assertThat(cluster.object(DEPLOYMENT).at("/metadata/annotations/note").asText())
        .isEqualTo("$name: \"quoted\"");
    assertThat(cluster.object(SERVICE).at("/spec/selector"))
        .isEqualTo(cluster.object(DEPLOYMENT).at("/spec/selector/matchLabels"));
  }

  @Test
  void openShiftGivesPodsTheirUser() throws IOException {
    cluster.put("/apis/security.openshift.io", "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\"}");
    apply(spec(ServedKind.DEPLOYMENT, FIRST), false);
    assertThat(
            cluster
                .object(DEPLOYMENT)
                .at("/spec/template/spec/securityContext/runAsUser")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void aDeploymentIsChangedAndChangedBackAndRemoved() {
    apply(spec(ServedKind.DEPLOYMENT, FIRST), false);
    assertThat(apply(spec(ServedKind.DEPLOYMENT, FIRST), false).change())
        .isEqualTo(Applied.Change.UNCHANGED);
    Applied second = apply(spec(ServedKind.DEPLOYMENT, SECOND), false);
    assertThat(second.change()).isEqualTo(Applied.Change.CHANGED);
    assertThat(second.previous()).hasValue(FIRST);
    cluster.refuse(FakeServing.KSERVE, 403);
    try (InferenceServices services = cluster.services(Optional.empty())) {
      assertThat(services.rollback("m")).isEqualTo(FIRST);
      assertThat(services.object("m")).isEqualTo("deployment/m");
      assertThat(services.remove("m", Duration.ofSeconds(5))).isTrue();
    }
    assertThat(cluster.changes()).contains("DELETE " + SERVICE, "DELETE " + DEPLOYMENT);
  }

  @Test
  void nothingIsMadeUnlessAllObjectsAreAdmitted() {
    cluster.refuse(FakeServing.SERVICES, 403);
    assertThatThrownBy(() -> apply(spec(ServedKind.DEPLOYMENT, FIRST), false))
        .isInstanceOf(ModelcarException.class)
        .hasMessageContaining("Service m");
    assertThat(cluster.object(DEPLOYMENT).isEmpty()).isTrue();
  }

  @Test
  void aDryRunChangesNothingAndHasTheObjects() {
    Applied applied = apply(spec(ServedKind.DEPLOYMENT, FIRST), true);
    assertThat(cluster.changes()).allMatch(change -> change.endsWith("(dry run)"));
    assertThat(applied.manifests().getFirst().yaml()).contains("kind: \"Deployment\"", FIRST);
    assertThat(applied.manifests().getLast().json().path("kind").asText()).isEqualTo("Service");
  }

  @Test
  void aDeploymentOfSomebodyElseIsLeftAlone() throws IOException {
    cluster.put(DEPLOYMENT, "{\"metadata\":{\"name\":\"m\",\"labels\":{\"app\":\"m\"}}}");
    assertThatThrownBy(() -> apply(spec(ServedKind.DEPLOYMENT, FIRST), false))
        .hasMessageContaining("none of modelcar's");
    try (InferenceServices services = cluster.services(Optional.of(ServedKind.DEPLOYMENT))) {
      assertThatThrownBy(() -> services.remove("m", Duration.ZERO))
          .hasMessageContaining("none of modelcar's");
    }
    assertThat(cluster.changes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"major\":\"1\",\"minor\":\"32\"} {\"items\":[]}",
        "{\"major\":\"1\",\"minor\":\"36\"} {\"items\":[{\"status\":{\"nodeInfo\":"
            + "{\"containerRuntimeVersion\":\"containerd://2.1.4\"}}}]}"
      })
  void aClusterThatCannotMountImagesIsNamed(String facts) throws IOException {
    cluster.put("/version", facts.split(" ", 2)[0]);
    cluster.put("/api/v1/nodes", facts.split(" ", 2)[1]);
    assertThatThrownBy(() -> apply(spec(ServedKind.DEPLOYMENT, FIRST), true))
        .hasMessageContaining("cannot mount a folder of an image")
        .extracting(e -> ((ModelcarException) e).code())
        .isEqualTo(ClusterError.CLUSTER_REFUSED);
  }

  @Test
  void anLlmInferenceServiceNamesTheDigestAndItsArgumentsSurviveAShell() {
    apply(spec(ServedKind.LLM_INFERENCE_SERVICE, FIRST, "--a=1", "--b={\"it's\": 1}"), false);
    JsonNode object = cluster.object(LLM);
    assertThat(object.at("/spec/model/uri").asText()).endsWith(FIRST).startsWith("oci");
    assertThat(object.at("/spec/model/name").asText()).isEqualTo("m");
    JsonNode main = object.at("/spec/template/containers/0");
    assertThat(main.path("name").asText()).isEqualTo("main");
    assertThat(main.at("/resources/requests/nvidia.com~1gpu").asText()).isEqualTo("1");
    assertThat(main.at("/env/0/value").asText()).isEqualTo("--a=1 '--b={\"it'\\''s\": 1}'");
    assertThat(
            object.at("/metadata/annotations/serving.kserve.io~1autoscalerClass").isMissingNode())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INFERENCE_SERVICE", "LLM_INFERENCE_SERVICE"})
  void aClusterWithoutTheKindSaysWhatServesThere(String name) {
    ServedKind kind = ServedKind.valueOf(name);
    cluster.refuse("/apis/serving.kserve.io/", 404);
    assertThatThrownBy(() -> apply(spec(kind, FIRST), false))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e).hasMessageContaining("the cluster has no " + kind.word() + "s");
              assertThat(e.hint()).contains("--format deployment");
            });
  }

  @Test
  void whatIsNotThereIsNamedByAllItCouldBe() {
    try (InferenceServices services = cluster.services(Optional.empty())) {
      assertThatThrownBy(() -> services.standing("m"))
          .hasMessage("InferenceService or Deployment m not found in the namespace models");
    }
    cluster.refuse(FakeServing.KSERVE, 403);
    try (InferenceServices services = cluster.services(Optional.empty())) {
      assertThatThrownBy(() -> services.standing("m"))
          .extracting(e -> ((ModelcarException) e).code())
          .isEqualTo(ClusterError.CLUSTER_FORBIDDEN);
    }
  }

  @Test
  void onlyTheFinalizersThatAreNamedAreRemoved() throws IOException {
    String path = FakeServing.KSERVE + "/m";
    cluster.put(
        path,
        "{\"metadata\":{\"name\":\"m\",\"resourceVersion\":\"7\",\"finalizers\":[\"a/one\",\"b/two\"]}}");
    try (InferenceServices services = cluster.services(Optional.empty())) {
      assertThat(services.remove("m", Duration.ofSeconds(3))).isFalse();
      assertThat(services.finalizers("m")).containsExactly("a/one", "b/two");
      services.removeFinalizers("m", Set.of("a/one"));
      assertThat(services.finalizers("m")).containsExactly("b/two");
      assertThat(services.awaitGone("m", Duration.ofSeconds(3))).isFalse();
      services.removeFinalizers("m", Set.of("b/two"));
      assertThat(services.awaitGone("m", Duration.ofSeconds(3))).isTrue();
    }
  }

  private static String secret(String protocol, String type, String host) {
    String data = Base64.getEncoder().encodeToString(host.getBytes(StandardCharsets.UTF_8));
    return "{\"metadata\":{\"name\":\"c\",\"annotations\":{\"opendatahub.io/%s\"}},\"type\":\"%s\",\"data\":{\"OCI_HOST\":\"%s\"}}"
        .formatted(protocol.replace("=", "\":\""), type, data);
  }

  @Test
  void aConnectionMustBeOneThatNodesPullWith() throws IOException {
    String path = "/api/v1/namespaces/models/secrets/c";
    String pull = "kubernetes.io/dockerconfigjson";
    try (InferenceServices services = cluster.services(Optional.empty())) {
      assertThatThrownBy(() -> services.connection("c", FIRST))
          .hasMessage("Secret c not found in the namespace models");
      for (String kind : List.of("connection-type-protocol=oci", "connection-type-ref=oci-v1")) {
        cluster.put(path, secret(kind, pull, "h.example"));
        assertThat(services.connection("c", FIRST)).isEmpty();
      }
      cluster.put(path, secret("connection-type-protocol=oci", pull, "other.example"));
      assertThat(services.connection("c", FIRST).orElseThrow()).contains("is for other.example");
      for (List<String> words : List.of(List.of("oci", "Opaque"), List.of("s3", pull))) {
        cluster.put(
            path,
            secret("connection-type-protocol=" + words.getFirst(), words.getLast(), "h.example"));
        assertThatThrownBy(() -> services.connection("c", FIRST))
            .hasMessageContaining("no connection to a registry");
      }
      cluster.refuse(path, 403);
      assertThat(services.connection("c", FIRST)).isEmpty();
    }
  }
}
