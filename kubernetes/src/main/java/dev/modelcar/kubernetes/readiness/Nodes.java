package dev.modelcar.kubernetes.readiness;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether some node has room for the image, and the GPUs to serve it. */
final class Nodes {
  /** Asking each of many kubelets would take longer than what is learnt is worth. */
  private static final int ASKED = 20;

  /** A pulled layer lies there packed and unpacked. */
  private static final int COPIES = 2;

  private static final String STORAGE = "serve-node-full";
  private static final String GPU = "serve-unschedulable-gpu";

  private final Cluster cluster;

  Nodes(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Answer> check(Needs.Serving serving, OptionalLong bytes) {
    Optional<List<Node>> listed =
        Permitted.read(
            cluster, "listing the nodes", () -> cluster.client().nodes().list().getItems());
    if (listed.isEmpty()) {
      return List.of(
          Answer.good(STORAGE, "nodes", "cannot be listed by this user, so room was not checked"));
    }
    List<Node> nodes = listed.get().stream().filter(Nodes::isUsable).toList();
    if (nodes.isEmpty()) {
      return List.of(
          Answer.error(
              "serve-unschedulable",
              "nodes",
              "none takes pods",
              "%d nodes, none ready and schedulable".formatted(listed.get().size())));
    }
    List<Answer> answers = new ArrayList<>();
    bytes.ifPresent(size -> answers.add(storage(nodes, size)));
    if (serving.gpus() > 0) {
      answers.add(gpus(nodes, serving.gpus(), bytes));
    }
    return answers;
  }

  private static boolean isUsable(Node node) {
    boolean off = node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    return !off
        && node.getStatus() != null
        && node.getStatus().getAllocatable() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"))
        && node.getStatus().getConditions().stream()
            .noneMatch(
                each -> each.getType().equals("DiskPressure") && each.getStatus().equals("True"));
  }

  private Answer storage(List<Node> nodes, long image) {
    long need = COPIES * image;
    long most = 0;
    String where = "";
    String kind = "";
    for (Node node : nodes.stream().limit(ASKED).toList()) {
      OptionalLong free = free(node);
      long room =
          free.orElseGet(() -> amount(node.getStatus().getAllocatable(), "ephemeral-storage"));
      if (room > most) {
        most = room;
        where = node.getMetadata().getName();
        kind = free.isPresent() ? "free for images" : "in all (what is free may not be read)";
      }
    }
    if (most == 0) {
      return Answer.good(STORAGE, "nodes", "do not say how much room they have");
    }
    String said =
        "node/%s has the most: %s %s; pulled, the image needs up to %s"
            .formatted(where, ByteSize.format(most), kind, ByteSize.format(need));
    if (most < image) {
      return Answer.error(STORAGE, "nodes", "none has room for the image", said);
    }
    return most < need
        ? Answer.warning(STORAGE, "nodes", "none has room for the image packed and unpacked", said)
        : Answer.good(STORAGE, "nodes", "have room for the image: " + said);
  }

  /** What the kubelet says, where the user may ask it. */
  private OptionalLong free(Node node) {
    Optional<String> stats =
        Permitted.read(
            cluster,
            "asking a node for its free space",
            () ->
                cluster
                    .client()
                    .raw(
                        "/api/v1/nodes/%s/proxy/stats/summary"
                            .formatted(node.getMetadata().getName())));
    if (stats.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      JsonNode available =
          Json.parse(stats.get().getBytes(StandardCharsets.UTF_8))
              .at("/node/runtime/imageFs/availableBytes");
      return available.canConvertToLong()
          ? OptionalLong.of(available.asLong())
          : OptionalLong.empty();
    } catch (Json.InvalidJsonException e) {
      return OptionalLong.empty();
    }
  }

  private static long amount(Map<String, Quantity> amounts, String name) {
    Quantity amount = amounts.get(name);
    return amount == null ? 0 : Quantity.getAmountInBytes(amount).longValue();
  }

  private static Answer gpus(List<Node> nodes, int wanted, OptionalLong bytes) {
    long most = 0;
    long memory = 0;
    for (Node node : nodes) {
      long count =
          node.getStatus().getAllocatable().keySet().stream()
              .filter(name ->
                  name.matches("(?:nvidia|amd|habana|gpu\\.intel)\\S*/(?:gpu|gaudi|i915|xe).*"))
              .mapToLong(name -> amount(node.getStatus().getAllocatable(), name))
              .sum();
      most = Math.max(most, count);
      if (count >= wanted) {
        memory = Math.max(memory, memory(node));
      }
    }
    if (most < wanted) {
      return Answer.error(
          GPU,
          "nodes",
          "none has the GPUs of a pod",
          "a pod takes %d, the most that a node has is %d".formatted(wanted, most));
    }
    long all = memory * wanted;
    if (memory > 0 && bytes.isPresent() && bytes.getAsLong() > all) {
      return Answer.error(
          "serve-gpu-memory",
          "nodes",
          "the weights are larger than the memory of the GPUs",
          "%s on %d GPUs of %s"
              .formatted(ByteSize.format(bytes.getAsLong()), wanted, ByteSize.format(memory)));
    }
    return Answer.good(
        GPU, "nodes", "have the GPUs of a pod (%d of up to %d)".formatted(wanted, most));
  }

  /** Of one GPU in bytes, as NVIDIA's feature discovery labels it in MiB; 0 if it is not known. */
  private static long memory(Node node) {
    Map<String, String> labels =
        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    String text = labels.getOrDefault("nvidia.com/gpu.memory", "");
    return text.matches("\\d{1,9}") ? Long.parseLong(text) << 20 : 0;
  }
}
