package dev.modelcar.oci.registry.client;

import dev.modelcar.http.HttpHeaders;
import dev.modelcar.oci.registry.auth.Challenge;
import dev.modelcar.oci.registry.client.RegistryProfile.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Detects the kind of a registry: by its host, or else by its responses to {@code /v2/} and to the
 * start of an upload. Uploads verify what a profile assumes.
 */
final class RegistryKinds {
  /** None of these lies within another. */
  private static final Map<String, Kind> BY_DOMAIN =
      Map.of(
          "quay.io", Kind.QUAY,
          "ghcr.io", Kind.GHCR,
          "gcr.io", Kind.GOOGLE,
          "pkg.dev", Kind.GOOGLE,
          "amazonaws.com", Kind.ECR,
          "amazonaws.com.cn", Kind.ECR,
          "public.ecr.aws", Kind.ECR,
          "azurecr.io", Kind.ACR,
          "docker.io", Kind.DOCKER_HUB);

  private RegistryKinds() {}

  /** By the host. */
  static Optional<Kind> byHost(String hostAndPort) {
    String host = hostAndPort.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    if (host.startsWith("image-registry.openshift-image-registry.")
        || host.startsWith("default-route-openshift-image-registry.")) {
      return Optional.of(Kind.OPENSHIFT);
    }
    return BY_DOMAIN.entrySet().stream()
        .filter(known -> host.equals(known.getKey()) || host.endsWith("." + known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** By the response to {@code /v2/}. */
  static Optional<Kind> byPing(HttpHeaders headers, List<Challenge> challenges) {
    for (Challenge challenge : challenges) {
      String service = challenge.parameter("service").orElse("");
      String realm = challenge.parameter("realm").orElse("");
      if (realm.endsWith("/openshift/token") || realm.equals("openshift")) {
        return Optional.of(Kind.OPENSHIFT);
      }
      if (service.equals("harbor-registry") || realm.equals("harbor")) {
        return Optional.of(Kind.HARBOR);
      }
      if (realm.endsWith("/v2/auth")) {
        return Optional.of(Kind.QUAY);
      }
      if (realm.equals("zot") || service.equals("zot")) {
        return Optional.of(Kind.ZOT);
      }
    }
    return headers
        .first("Server")
        .filter(server -> server.toLowerCase(Locale.ROOT).contains("zot"))
        .map(server -> Kind.ZOT);
  }

  /**
   * By the response to the start of an upload. Distribution keeps the upload's state in the
   * address; its second major version names a character set in the type of all its documents, the
   * third does not.
   */
  static Optional<Kind> byUpload(String location, HttpHeaders upload, String documentType) {
    boolean distribution =
        location.contains("_state=") && upload.first("Docker-Upload-UUID").isPresent();
    if (distribution) {
      return Optional.of(
          documentType.contains("charset") ? Kind.DISTRIBUTION_2 : Kind.DISTRIBUTION_3);
    }
    if (location.contains("?state=ey")) {
      return Optional.of(Kind.OLAREG);
    }
    boolean relative = location.startsWith("/");
    return relative && upload.first("Blob-Upload-Session-ID").isPresent()
        ? Optional.of(Kind.ZOT)
        : Optional.empty();
  }
}
