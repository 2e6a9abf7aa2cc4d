package dev.modelcar.kubernetes.readiness;

import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Quotas of which nothing is left. */
final class Quotas {
  private static final String RULE = "quota-exceeded";

  private final Cluster cluster;

  Quotas(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Answer> check() {
    Optional<List<ResourceQuota>> all =
        Permitted.read(
            cluster,
            "listing ResourceQuotas",
            () ->
                cluster
                    .client()
                    .resourceQuotas()
                    .inNamespace(cluster.namespace())
                    .list()
                    .getItems());
    if (all.isEmpty()) {
      return List.of(Answer.good(RULE, "resourcequotas", "cannot be listed by this user"));
    }
    List<Answer> used =
        all.get().stream()
            .filter(quota -> quota.getStatus() != null && quota.getStatus().getHard() != null)
            .flatMap(Quotas::usedUp)
            .toList();
    return used.isEmpty()
        ? List.of(
            Answer.good(
                RULE, "resourcequotas", all.get().isEmpty() ? "none are set" : "none is used up"))
        : used;
  }

  private static Stream<Answer> usedUp(ResourceQuota quota) {
    Map<String, Quantity> used = Optional.ofNullable(quota.getStatus().getUsed()).orElse(Map.of());
    return quota.getStatus().getHard().entrySet().stream()
        .filter(hard -> {
          Quantity taken = used.getOrDefault(hard.getKey(), new Quantity("0"));
          return Quantity.getAmountInBytes(taken)
                  .compareTo(Quantity.getAmountInBytes(hard.getValue()))
              >= 0;
        })
        .map(hard ->
            Answer.error(
                RULE,
                "resourcequota/" + quota.getMetadata().getName(),
                "is used up: " + hard.getKey(),
                "%s of %s".formatted(used.get(hard.getKey()), hard.getValue())));
  }
}
