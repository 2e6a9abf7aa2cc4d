package dev.modelcar.kubernetes.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.diagnosis.Probes;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Probes read what they name, tell no secret, and say so where they cannot. */
final class ProberTest {
  private static final String HERE = "/api/v1/namespaces/models/";
  private static final String LOGINS =
      "kubectl -n models get pod p -o jsonpath='{.spec.volumes[*].secret.secretName}'";

  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final TestServer server = TestServer.start(this::handle);

  @AfterEach
  void stop() {
    server.close();
  }

  private void handle(Call call) throws IOException {
    String body = objects.getOrDefault(call.path(), "missing");
    int status = body.equals("missing") ? 404 : body.equals("forbidden") ? 403 : 200;
    String failure =
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":\"no\"}"
            .formatted(status);
    call.respond(
        status,
        Headers.of("Content-Type", "application/json"),
        (status == 200 ? body : failure).getBytes(StandardCharsets.UTF_8));
  }

  private Probes.Outcome run(String probe) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .withRequestRetryBackoffLimit(0)
            .build();
    Cluster cluster =
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.of("models"));
    try (Prober prober = new Prober(cluster)) {
      return prober.run(probe);
    }
  }

  private void pod() {
    objects.put(
        HERE + "pods/p",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
         "spec":{"volumes":[{"name":"v","secret":{"secretName":"quay"}}]},
         "status":{"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":1,"finishedAt":"2026-01-01T10:20:00Z"}}}]}}
        """);
    objects.put(HERE + "serviceaccounts/default", "{\"metadata\":{\"name\":\"default\"}}");
  }

  @Test
  void tellsForWhichHostsAPodHasLogins() {
    pod();
    String file = "{\"auths\":{\"quay.io\":{\"auth\":\"c2VjcmV0OnNlY3JldA==\"}}}";
    objects.put(
        HERE + "secrets/quay",
        "{\"metadata\":{\"name\":\"quay\"},\"data\":{\".dockerconfigjson\":\"%s\"}}"
            .formatted(Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8))));
    assertThat(run(LOGINS).lines()).containsExactly("secret/quay has a login for quay.io");
    objects.put(
        HERE + "secrets/quay", "{\"metadata\":{\"name\":\"quay\"},\"data\":{\"x\":\"eA==\"}}");
    assertThat(run(LOGINS).lines()).containsExactly("pod/p has no login for any registry");
    objects.put(HERE + "secrets/quay", "forbidden");
    assertThat(run(LOGINS).lines()).containsExactly("secret/quay cannot be read by this user");
  }

  @Test
  void readsEventsOfThePod() {
    objects.put(
        HERE + "events",
        """
        {"apiVersion":"v1","kind":"EventList","metadata":{},"items":[
         {"metadata":{"name":"a"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"Evicted","message":"The node was low"},
         {"metadata":{"name":"b"},"involvedObject":{"kind":"Pod","name":"q"},"reason":"Killing","message":"x"}]}
        """);
    assertThat(run("kubectl -n models get events --field-selector involvedObject.name=p").lines())
        .containsExactly("Evicted: The node was low");
  }

  @Test
  void measuresHowLongALogWasSilent() {
    pod();
    objects.put(HERE + "pods/p/log", "2026-01-01T10:00:00.5Z model-1.safetensors: 99%\n");
    assertThat(run("kubectl -n models logs p -c c --timestamps").lines())
        .singleElement()
        .asString()
        .startsWith("silent for 1199 s before its end");
  }

  @Test
  void saysWhyItWasNotRun() {
    assertThat(run(LOGINS).failure()).contains("pod p is no longer there");
    assertThat(run("kubectl -n models debug p -it --image=busybox -- sh").failure())
        .contains("run it yourself");
    assertThat(run("modelcar verify IMAGE").lines()).isEmpty();
  }
}
