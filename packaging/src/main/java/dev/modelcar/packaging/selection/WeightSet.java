package dev.modelcar.packaging.selection;

import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.source.ModelFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Safetensors files that are one set of weights: the shards of an index, or a file by itself.
 *
 * @param folder with a slash at the end; empty for the top
 * @param name for messages
 * @param files that hold them
 * @param tensors in all of them
 * @param indexed whether an index says that they belong together
 */
record WeightSet(
    String folder, String name, List<ModelFile> files, List<TensorInfo> tensors, boolean indexed) {

  long bytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  long elements() {
    return tensors.stream().mapToLong(TensorInfo::elements).sum();
  }

  /** How many tensors there are of each type and size, whatever their names. */
  Map<String, Long> shapes() {
    return tensors.stream()
        .collect(
            Collectors.groupingBy(
                tensor -> tensor.dtype() + "*" + tensor.elements(),
                TreeMap::new,
                Collectors.counting()));
  }

  /** How many elements there are of each type. */
  Map<String, Long> elementsByType() {
    return tensors.stream()
        .collect(
            Collectors.groupingBy(
                TensorInfo::dtype, TreeMap::new, Collectors.summingLong(TensorInfo::elements)));
  }

  java.util.Set<String> names() {
    return tensors.stream().map(TensorInfo::name).collect(Collectors.toSet());
  }
}
