package dev.modelcar.kubernetes.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Optional;

/** How a run or a task stands: its condition {@code Succeeded}. */
public record Condition(String status, String reason, String message) {

  public static Optional<Condition> of(GenericKubernetesResource resource) {
    return Fields.of(resource).at("status").list("conditions").stream()
        .filter(condition -> condition.text("type").filter("Succeeded"::equals).isPresent())
        .findFirst()
        .map(condition ->
            new Condition(
                condition.text("status").orElse(""),
                condition.text("reason").orElse(""),
                condition.text("message").orElse("")));
  }

  public boolean isFinal() {
    return !status.equals("Unknown");
  }
}
