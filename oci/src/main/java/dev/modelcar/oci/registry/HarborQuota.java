package dev.modelcar.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RepositoryClient;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the quota of a Harbor project leaves, by Harbor's own API (version 2.0, the summary of a
 * project). It is shown to members of the project; robots may need the right to read it.
 */
record HarborQuota(RepositoryClient repository) {
  private static final int LARGEST = 1 << 20;

  OptionalLong room() {
    if (repository.host().profile().kind() != RegistryProfile.Kind.HARBOR) {
      return OptionalLong.empty();
    }
    String project = repository.name().replaceFirst("/.*", "");
    HttpRequest get =
        HttpRequest.get(repository.host().uri("/api/v2.0/projects/" + project + "/summary"))
            // A project may be named like the number of another one.
            .with("X-Is-Resource-Name", "true")
            .with(repository.host().settings().timeouts());
    try {
      Optional<HttpResponse> sent = repository.host().sendAsUser(get, repository.name());
      if (sent.isEmpty()) {
        return OptionalLong.empty();
      }
      try (HttpResponse response = sent.get()) {
        return response.isSuccess()
            ? left(Json.parse(response.bytes(LARGEST)).path("quota"))
            : OptionalLong.empty();
      }
    } catch (IOException | ModelcarException e) {
      return OptionalLong.empty(); // whoever asks can do without
    }
  }

  /** Without a limit, Harbor says -1. */
  private static OptionalLong left(JsonNode quota) {
    JsonNode hard = quota.at("/hard/storage");
    JsonNode used = quota.at("/used/storage");
    return hard.isIntegralNumber() && hard.asLong() >= 0 && used.isIntegralNumber()
        ? OptionalLong.of(Math.max(0, hard.asLong() - used.asLong()))
        : OptionalLong.empty();
  }
}
