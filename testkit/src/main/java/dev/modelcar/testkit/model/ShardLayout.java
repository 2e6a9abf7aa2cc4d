package dev.modelcar.testkit.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which tensors fill the shards of a llama-like model. All have the same number of columns; their
 * rows share the space of a shard, and what is left over pads its header.
 */
record ShardLayout(int shards, long bytesPerShard) {
  static final long SMALLEST_SHARD = 4096;
  private static final int NARROWEST = 16;
  private static final int WIDEST = 4096;
  private static final int MOST_LAYERS_PER_SHARD = 16;

  /** A layer's tensors with their share of its rows; a norm has one row and no share. */
  private static final List<Slot> LAYER =
      List.of(
          new Slot("input_layernorm.weight", 0),
          new Slot("mlp.down_proj.weight", 11),
          new Slot("mlp.gate_proj.weight", 11),
          new Slot("mlp.up_proj.weight", 11),
          new Slot("post_attention_layernorm.weight", 0),
          new Slot("self_attn.k_proj.weight", 1),
          new Slot("self_attn.o_proj.weight", 4),
          new Slot("self_attn.q_proj.weight", 4),
          new Slot("self_attn.v_proj.weight", 1));

  private record Slot(String name, int share) {}

  /** What a shard holds: its tensors, and how much room their description takes. */
  record Filling(List<Tensor> tensors, int headerArea) {
    long dataBytes() {
      return tensors.stream().mapToLong(Tensor::bytes).sum();
    }
  }

  ShardLayout {
    if (shards < 1 || shards > 99_999) {
      throw new IllegalArgumentException(shards + " shards");
    }
    if (bytesPerShard < SMALLEST_SHARD || bytesPerShard % 8 != 0) {
      throw new IllegalArgumentException(
          "a shard has a multiple of 8 and at least " + SMALLEST_SHARD + " bytes");
    }
  }

  /** The number of columns: as large as in real models where there is room for it. */
  int width() {
    int width = WIDEST;
    while (width > NARROWEST && 64L * width * width > bytesPerShard) {
      width /= 2;
    }
    return width;
  }

  int layersPerShard() {
    long width = width();
    return Math.clamp(bytesPerShard / (32 * width * width), 1, MOST_LAYERS_PER_SHARD);
  }

  /** The tensors of a shard, counted from 1. */
  Filling filling(int shard) {
    List<Slot> slots = slots(shard);
    long rowBytes = (long) width() * Tensor.BYTES_PER_VALUE;
    long rows = (bytesPerShard - SafetensorsHeader.LENGTH_FIELD) / rowBytes;
    while (true) {
      List<Tensor> tensors = tensors(slots, rows);
      long room = bytesPerShard - SafetensorsHeader.LENGTH_FIELD - rows * rowBytes;
      int needed = SafetensorsHeader.area(tensors);
      if (needed <= room) {
        return new Filling(tensors, Math.toIntExact(room));
      }
      rows -= Math.ceilDiv(needed - room, rowBytes);
    }
  }

  private List<Slot> slots(int shard) {
    List<Slot> slots = new ArrayList<>();
    if (shard == 1) {
      slots.add(new Slot("model.embed_tokens.weight", 8));
    }
    int firstLayer = (shard - 1) * layersPerShard();
    for (int layer = firstLayer; layer < firstLayer + layersPerShard(); layer++) {
      for (Slot slot : LAYER) {
        slots.add(new Slot("model.layers." + layer + "." + slot.name(), slot.share()));
      }
    }
    if (shard == shards) {
      slots.add(new Slot("model.norm.weight", 0));
      slots.add(new Slot("lm_head.weight", 8));
    }
    return slots;
  }

  private List<Tensor> tensors(List<Slot> slots, long rows) {
    long norms = slots.stream().filter(slot -> slot.share() == 0).count();
    long shares = slots.stream().mapToLong(Slot::share).sum();
    long projections = slots.size() - norms;
    // One row each is certain; the others are shared out, and the largest takes the remainder.
    long spare = rows - norms - projections;
    if (spare < 0) {
      throw new IllegalStateException("a shard too small for its tensors");
    }
    Slot largest = slots.stream().max(Comparator.comparingInt(Slot::share)).orElseThrow();
    long sharedOut = slots.stream().mapToLong(slot -> spare * slot.share() / shares).sum();
    List<Tensor> tensors = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.share() == 0) {
        tensors.add(new Tensor(slot.name(), List.of((long) width())));
      } else {
        long own = 1 + spare * slot.share() / shares;
        long remainder = slot.equals(largest) ? spare - sharedOut : 0;
        tensors.add(new Tensor(slot.name(), List.of(own + remainder, (long) width())));
      }
    }
    return tensors;
  }
}
