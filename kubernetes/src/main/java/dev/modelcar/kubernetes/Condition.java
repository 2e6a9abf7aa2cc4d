package dev.modelcar.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a run or a task stands: its condition {@code Succeeded}. */
record Condition(String status, String reason, String message) {

  static Optional<Condition> of(GenericKubernetesResource resource) {
    List<Map<String, Object>> conditions = resource.get("status", "conditions");
    if (conditions == null) {
      return Optional.empty();
    }
    return conditions.stream()
        .filter(condition -> "Succeeded".equals(condition.get("type")))
        .findFirst()
        .map(condition ->
            new Condition(
                text(condition, "status"), text(condition, "reason"), text(condition, "message")));
  }

  private static String text(Map<String, Object> condition, String key) {
    Object value = condition.get(key);
    return value == null ? "" : value.toString();
  }

  boolean isFinal() {
    return !status.equals("Unknown");
  }
}
