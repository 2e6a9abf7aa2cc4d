package dev.modelcar.lint.advice;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Quantity;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * Requests and limits of containers, wherever they stand: a pod is refused if it requests more than
 * its limit, or a part of a device, although what makes the pod is accepted.
 */
record ResourceAdvice(Problems problems) {
  private static final Set<String> FIELDS = Set.of("resources", "computeResources");
  private static final int DEEPEST = 64;

  void look(At object) {
    look(object, 0);
  }

  private void look(At at, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    if (FIELDS.contains(at.name())) {
      check(at.get("requests"), at.get("limits"));
    }
    if (at.value() instanceof Mapping) {
      at.fields().forEach(field -> look(field, depth + 1));
    } else if (at.value() instanceof Sequence) {
      at.items().forEach(item -> look(item, depth + 1));
    }
  }

  private void check(At requests, At limits) {
    for (At request : requests.fields()) {
      At limit = limits.get(request.name());
      Optional<BigDecimal> asked = Quantity.value(request.text());
      Optional<BigDecimal> most =
          limit.isPresent() ? Quantity.value(limit.text()) : Optional.empty();
      boolean device = isDevice(request.name());
      if (asked.isPresent() && most.isPresent()) {
        int difference = asked.get().compareTo(most.get());
        if (difference > 0 || (device && difference != 0)) {
          problems.add(
              Rule.RESOURCES_CONTRADICT,
              request,
              "%s is requested as %s and limited to %s: the pod is refused"
                  .formatted(request.name(), request.text(), limit.text()),
              device ? "Write the same in both." : "Raise the limit, or request less.");
        }
      }
      whole(request, asked);
    }
    for (At limit : limits.fields()) {
      whole(limit, Quantity.value(limit.text()));
    }
  }

  private void whole(At at, Optional<BigDecimal> amount) {
    if (amount.isPresent()
        && isDevice(at.name())
        && amount.get().stripTrailingZeros().scale() > 0) {
      problems.add(
          Rule.RESOURCES_CONTRADICT,
          at,
          "%s is %s, but a device is used as a whole: the pod is refused"
              .formatted(at.name(), at.text()),
          "Write an integer.");
    }
  }

  /** Extended resources have a domain; that of Kubernetes itself is kept for others. */
  private static boolean isDevice(String name) {
    return name.indexOf('/') > 0 && !name.startsWith("kubernetes.io/");
  }
}
