package dev.modelcar.kubernetes.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a server is asked over TLS. */
final class SmokeRouteTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "readinessProbe: {httpGet: {port: 8000, scheme: HTTPS}} | https",
        "startupProbe: {httpGet: {port: 8000, scheme: HTTPS}} | https",
        "livenessProbe: {httpGet: {port: 8000, scheme: HTTPS}} | https",
        "readinessProbe: {httpGet: {port: 8000, scheme: HTTP}} | http",
        "readinessProbe: {httpGet: {port: 8000}} | http",
        "readinessProbe: {tcpSocket: {port: 8000}} | http",
        "name: main | http",
      })
  void aPodIsAskedAsItsProbesAsk(String container, String scheme) {
    Pod pod =
        Serialization.unmarshal(
            "kind: Pod\napiVersion: v1\nspec: {containers: [{%s}]}".formatted(container),
            Pod.class);
    assertThat(SmokeRoute.scheme(pod)).isEqualTo(scheme);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: https, appProtocol: https, port: 8000} | https",
        "{name: https, port: 443} | https",
        "{name: web, appProtocol: https, port: 8000} | https",
        "{name: http, appProtocol: http, port: 8000} | http",
        "{port: 80} | http",
      })
  void aServiceIsAskedAsItsPortSays(String port, String scheme) {
    Service service =
        Serialization.unmarshal(
            "kind: Service\napiVersion: v1\nspec: {ports: [%s]}".formatted(port), Service.class);
    assertThat(SmokeRoute.scheme(service.getSpec().getPorts().getFirst())).isEqualTo(scheme);
  }
}
