package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * By which route requests reach a server.
 *
 * @param via empty: the first that works, of a forwarded port to each pod and the Service
 * @param url of {@link Via#URL}
 * @param token for the URL
 */
public record SmokeRoute(Optional<Via> via, Optional<URI> url, Optional<String> token) {
  private static final int SERVER_PORT = 8080;
  private static final String HTTP = "http";
  private static final String HTTPS = "https";

  /** A route. */
  public enum Via {
    /** To each pod, whatever leads to it. */
    PORT_FORWARD("port-forward"),
    /** By the address of the Service, which pods can reach, and some networks. */
    SERVICE("service"),
    /** As clients do, by a route or an ingress. */
    URL("url");

    private final String id;

    Via(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  /** The first route that works. */
  public static SmokeRoute found() {
    return new SmokeRoute(Optional.empty(), Optional.empty(), Optional.empty());
  }

  List<SmokeCheck> checks(
      Cluster cluster,
      Look look,
      String service,
      HttpTransport transport,
      Supplier<Map<String, String>> files,
      Duration timeout,
      Consumer<String> told) {
    if (url.isPresent()) {
      return Smoke.of("", Via.URL, url.get(), token, transport, files, timeout);
    }
    if (via.isEmpty() && !mayForward(cluster)) {
      told.accept("no right to forward ports of pods: trying the Service " + service);
    } else if (!via.equals(Optional.of(Via.SERVICE))) {
      List<SmokeCheck> checks = forwarded(cluster, look, transport, files, timeout);
      if (via.isPresent() || !Smoke.reachedNothing(checks)) {
        return checks;
      }
      told.accept(
          "no response by a forwarded port (%s): trying the Service %s"
              .formatted(checks.getFirst().detail(), service));
    }
    return Smoke.of(
        "", Via.SERVICE, address(cluster, service), Optional.empty(), transport, files, timeout);
  }

  private static boolean mayForward(Cluster cluster) {
    try {
      return cluster.may("get", "", "pods", "portforward")
          && cluster.may("create", "", "pods", "portforward");
    } catch (ModelcarException e) {
      // Whoever may not ask finds out by trying.
      return true;
    }
  }

  private static List<SmokeCheck> forwarded(
      Cluster cluster,
      Look look,
      HttpTransport transport,
      Supplier<Map<String, String>> files,
      Duration timeout) {
    List<SmokeCheck> checks = new ArrayList<>();
    for (Pod pod : look.newPods()) {
      String name = pod.getMetadata().getName();
      int port =
          pod.getSpec().getContainers().stream()
              .flatMap(container -> container.getPorts().stream())
              .map(ContainerPort::getContainerPort)
              .findFirst()
              .orElse(SERVER_PORT);
      try (LocalPortForward forward =
          cluster.attempt(
              "forwarding a port",
              () ->
                  cluster
                      .client()
                      .pods()
                      .inNamespace(cluster.namespace())
                      .withName(name)
                      .portForward(port))) {
        URI server = URI.create(scheme(pod) + "://127.0.0.1:" + forward.getLocalPort());
        checks.addAll(
            Smoke.of(name, Via.PORT_FORWARD, server, Optional.empty(), transport, files, timeout));
      } catch (IOException e) {
        // The port is of no use any more.
      }
    }
    return checks;
  }

  /** By number: its name is known inside the cluster alone. */
  private static URI address(Cluster cluster, String name) {
    Optional<Service> service =
        cluster.attempt(
            "reading Service " + name,
            () ->
                Optional.ofNullable(
                    cluster
                        .client()
                        .services()
                        .inNamespace(cluster.namespace())
                        .withName(name)
                        .get()));
    String host =
        service
            .map(one -> one.getSpec().getClusterIP())
            .filter(ip -> !ip.isEmpty() && !ip.equals("None"))
            .map(ip -> ip.contains(":") ? "[" + ip + "]" : ip)
            .orElse("%s.%s.svc".formatted(name, cluster.namespace()));
    Optional<ServicePort> port =
        service.stream().flatMap(one -> one.getSpec().getPorts().stream()).findFirst();
    return URI.create(
        "%s://%s:%d"
            .formatted(
                port.map(SmokeRoute::scheme).orElse(HTTP),
                host,
                port.map(ServicePort::getPort).orElse(80)));
  }

  /** By what the kubelet asks for; whoever serves over TLS is asked over TLS. */
  static String scheme(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container ->
            Stream.of(
                    Optional.ofNullable(container.getReadinessProbe()),
                    Optional.ofNullable(container.getStartupProbe()),
                    Optional.ofNullable(container.getLivenessProbe()))
                .flatMap(Optional::stream))
        .flatMap(probe -> Optional.ofNullable(probe.getHttpGet()).stream())
        .map(get -> "HTTPS".equals(get.getScheme()) ? HTTPS : HTTP)
        .findFirst()
        .orElse(HTTP);
  }

  /** KServe's Services for LLMs say what they speak by their protocol, others by their name. */
  static String scheme(ServicePort port) {
    return Stream.of(port.getAppProtocol(), port.getName()).anyMatch(HTTPS::equals) ? HTTPS : HTTP;
  }
}
