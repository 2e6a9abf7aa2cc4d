package dev.modelcar.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Model Registry that the cluster leads to, or the reason why it does not. */
final class ModelRegistryServicesTest {
  private static final Headers JSON = Headers.of("Content-Type", "application/json");
  private static final String EVERYWHERE = "/api/v1/services";

  private final Map<String, List<String>> services = new ConcurrentHashMap<>();
  private final TestServer server = TestServer.start(this::handle);

  @AfterEach
  void stop() {
    server.close();
  }

  /** Whoever asks for the Services of a namespace that is not known may not see them. */
  private void handle(Call call) throws IOException {
    List<String> found = services.get(call.path());
    boolean labelled = call.query("labelSelector").equals(Optional.of("component=model-registry"));
    String body =
        found == null || !labelled
            ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":403,\"message\":\"forbidden\"}"
            : "{\"kind\":\"ServiceList\",\"apiVersion\":\"v1\",\"items\":[%s]}"
                .formatted(String.join(",", found));
    call.respond(found == null ? 403 : 200, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String service(String name, String annotations, String ports) {
    return """
    {"metadata":{"name":"%s","namespace":"registries","annotations":{%s}},"spec":{"ports":[%s]}}
    """
        .formatted(name, annotations, ports);
  }

  private static String external(String name, String address) {
    return service(
        name, "\"routing.opendatahub.io/external-address-rest\":\"%s\"".formatted(address), "");
  }

  private String url(Optional<String> name, boolean inside) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .build();
    try (Cluster cluster =
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.empty())) {
      return new ModelRegistryServices(cluster).url(name, inside);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> fails(
      Optional<String> name, boolean inside) {
    return assertThatThrownBy(() -> url(name, inside))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_MODEL_REGISTRY_NOT_FOUND));
  }

  @Test
  void theOnlyOneIsTakenByItsExternalAddress() {
    services.put(EVERYWHERE, List.of(external("one", "one-rest.apps.example.com")));
    assertThat(url(Optional.empty(), false)).isEqualTo("https://one-rest.apps.example.com");
  }

  @Test
  void severalNeedAName() {
    services.put(
        EVERYWHERE,
        List.of(external("one", "gw.example.com/model-registry/one"), external("two", "b")));
    fails(Optional.empty(), true).hasMessageContaining("one in registries, two in registries");
    assertThat(url(Optional.of("one"), true))
        .isEqualTo("https://gw.example.com/model-registry/one");
    fails(Optional.of("three"), true).hasMessageContaining("the name three");
  }

  @Test
  void insideTheServiceItselfWillDo() {
    String ports = "{\"name\":\"grpc-api\",\"port\":9090},{\"name\":\"http-api\",\"port\":8080}";
    services.put(EVERYWHERE, List.of(service("one", "", ports)));
    assertThat(url(Optional.empty(), true)).isEqualTo("http://one.registries.svc:8080");
    fails(Optional.empty(), false).hasMessageContaining("leads nowhere outside of the cluster");
    services.put(EVERYWHERE, List.of(service("one", "", "{\"name\":\"https-api\",\"port\":8443}")));
    assertThat(url(Optional.empty(), true)).isEqualTo("https://one.registries.svc:8443");
  }

  @Test
  void whoMaySeeLittleIsLookedForWhereTheyUsuallyAre() {
    services.put("/api/v1/namespaces/rhoai-model-registries/services", List.of());
    fails(Optional.empty(), true)
        .hasMessageContaining("no permission to list Services in odh-model-registries, kubeflow");
    services.put(
        "/api/v1/namespaces/odh-model-registries/services", List.of(external("one", "a.example")));
    assertThat(url(Optional.empty(), true)).isEqualTo("https://a.example");
  }
}
