package dev.modelcar.kubernetes.tekton;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pod says of its failure. May be used by several threads. */
final class PodErrors {
  private final List<String> error = new ArrayList<>();
  private boolean complete;
  private boolean outOfHeap;
  private long memory = TaskAdvice.MEMORY;

  /** Looks at how much memory its steps may use. */
  synchronized void look(Pod pod) {
    if (pod.getSpec() == null) {
      return;
    }
    pod.getSpec().getContainers().stream()
        .map(Container::getResources)
        .flatMap(resources ->
            resources == null || resources.getLimits() == null
                ? Stream.empty()
                : Optional.ofNullable(resources.getLimits().get("memory")).stream())
        .mapToLong(quantity -> Quantity.getAmountInBytes(quantity).longValue())
        .max()
        .ifPresent(most -> memory = most);
  }

  /** Reads a line of its log; the first error is kept, with its hint and its id. */
  synchronized void read(String line) {
    outOfHeap |= line.contains("java.lang.OutOfMemoryError");
    if (complete) {
      return;
    }
    if (error.isEmpty() ? line.startsWith("error: ") : line.startsWith("  ")) {
      error.add(line.strip());
    }
    complete = line.startsWith("  error id: ");
  }

  synchronized List<String> error() {
    return List.copyOf(error);
  }

  synchronized boolean outOfHeap() {
    return outOfHeap;
  }

  /** How much memory its largest step may use. */
  synchronized long memory() {
    return memory;
  }
}
