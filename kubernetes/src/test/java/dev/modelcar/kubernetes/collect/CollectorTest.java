package dev.modelcar.kubernetes.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What serves a model is read with all that its controller made for it. */
final class CollectorTest {
  private static final String KSERVE = "/apis/serving.kserve.io/";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final TestServer server = TestServer.start(this::handle);

  @AfterEach
  void stop() {
    server.close();
  }

  private void handle(Call call) throws IOException {
    asked.add(URLDecoder.decode(call.target(), StandardCharsets.UTF_8));
    String path = call.path();
    String body =
        path.startsWith(KSERVE)
            ? "{\"apiVersion\":\"serving.kserve.io/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"qwen\",\"namespace\":\"models\"}}"
                .formatted(
                    path.contains("/llminferenceservices/")
                        ? "LLMInferenceService"
                        : "InferenceService")
            : path.endsWith("/pods")
                ? "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"qwen-0\",\"namespace\":\"models\"}}]}"
                : "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[]}";
    call.respond(
        200, Headers.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
  }

  private Case collect(String subject) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .withRequestRetryBackoffLimit(0)
            .build();
    Cluster cluster =
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.of("models"));
    try (Collector collector = new Collector(cluster)) {
      return collector.collect(Subject.parse(subject).orElseThrow());
    }
  }

  @Test
  void readsAnLlmInferenceServiceByTheLabelsOfItsController() {
    Case found = collect("llmisvc/qwen");
    assertThat(found.objects().stream().map(KubeObject::reference))
        .contains("llminferenceservice/qwen", "pod/qwen-0");
    assertThat(asked)
        .anyMatch(path ->
            path.startsWith(KSERVE + "v1alpha1/namespaces/models/llminferenceservices/qwen"))
        .anyMatch(path ->
            path.contains("/pods?")
                && path.contains("app.kubernetes.io/name=qwen")
                && path.contains("app.kubernetes.io/part-of=llminferenceservice"));
  }

  @Test
  void readsAnInferenceServiceByItsLabel() {
    Case found = collect("isvc/qwen");
    assertThat(found.objects().stream().map(KubeObject::reference))
        .contains("inferenceservice/qwen", "pod/qwen-0");
    assertThat(asked)
        .anyMatch(path -> path.contains("/deployments?") && path.contains("inferenceservice=qwen"));
  }
}
