package dev.modelcar.testkit.model;

import java.util.List;

/**
 * One file of weights.
 *
 * @param identity what determines its bytes
 */
record Shard(String path, List<Tensor> tensors, int headerArea, Content data, String identity) {
  Shard {
    tensors = List.copyOf(tensors);
  }

  GeneratedFile file() {
    Content header = Content.of(SafetensorsHeader.bytes(tensors, headerArea));
    return new GeneratedFile(path, new JoinedContent(List.of(header, data), identity));
  }

  /** The same tensors with other values. */
  Shard changed(long newSeed) {
    WeightBlock block = new WeightBlock(newSeed);
    Content other = new WeightContent(block, WeightBlock.start(newSeed, path), data.size());
    return new Shard(path, tensors, headerArea, other, identity + " changed=" + newSeed);
  }
}
