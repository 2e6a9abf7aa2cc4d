package dev.modelcar.packaging.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The index of sharded weights ({@code model.safetensors.index.json} and the like): which file
 * holds which tensor.
 *
 * @param path of the index itself
 * @param tensors the path of the file for each tensor's name
 * @param totalSize of all tensors in bytes, if the index says it
 */
public record ShardIndex(String path, SortedMap<String, String> tensors, OptionalLong totalSize) {
  private static final int MAX_SIZE = 64 << 20;

  /** Whether a file of this name is an index. */
  public static boolean isIndex(String path) {
    return path.endsWith(".safetensors.index.json") || path.endsWith(".bin.index.json");
  }

  /**
   * Reads an index.
   *
   * @throws ModelcarException {@link PackagingError#WEIGHTS_INVALID} if it is none
   */
  public static ShardIndex read(ModelFile file) throws IOException {
    if (file.size() > MAX_SIZE) {
      throw invalid(file, "it is too large");
    }
    JsonNode json;
    try {
      json = Json.parse(file.head((int) file.size()));
    } catch (InvalidJsonException e) {
      throw invalid(file, "it is not JSON: " + e.getMessage());
    }
    JsonNode map = json.path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw invalid(file, "it has no weight_map");
    }
    String folder = file.path().substring(0, file.path().lastIndexOf('/') + 1);
    SortedMap<String, String> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = Optional.ofNullable(entry.getValue().textValue()).orElse("");
      if (shard.isEmpty() || shard.contains("/") || shard.contains("\\")) {
        throw invalid(file, "it places a tensor outside of the files beside it");
      }
      tensors.put(entry.getKey(), folder + shard);
    }
    JsonNode metadata = json.path("metadata");
    OptionalLong total =
        metadata.isObject() ? Json.number(metadata, "total_size") : OptionalLong.empty();
    return new ShardIndex(file.path(), tensors, total);
  }

  /** The shards, and roughly how long the header of each is. */
  public Map<String, Integer> headerLengths() {
    return tensors.entrySet().stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getValue,
                TreeMap::new,
                // A name, a type, a shape, two offsets, and what JSON puts around them.
                Collectors.summingInt(tensor -> tensor.getKey().length() + 110)));
  }

  private static ModelcarException invalid(ModelFile file, String why) {
    return new ModelcarException(
        PackagingError.WEIGHTS_INVALID, "the index " + file.path() + " cannot be used: " + why);
  }
}
