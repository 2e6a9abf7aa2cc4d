package dev.modelcar.testkit.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/** The file that says which tensor lies in which shard. */
final class ShardIndex {
  private ShardIndex() {}

  static Content of(List<Shard> shards, Function<Shard, String> path) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    long total = shards.stream().mapToLong(shard -> shard.data().size()).sum();
    index.putObject("metadata").put("total_size", total);
    ObjectNode map = index.putObject("weight_map");
    for (Shard shard : shards) {
      shard.tensors().forEach(tensor -> map.put(tensor.name(), path.apply(shard)));
    }
    return Content.of(index.toPrettyString() + "\n");
  }
}
