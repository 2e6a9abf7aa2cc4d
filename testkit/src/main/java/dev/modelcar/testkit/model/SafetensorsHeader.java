package dev.modelcar.testkit.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The head of a safetensors file: a length, then JSON that says where each tensor lies. */
final class SafetensorsHeader {
  static final int LENGTH_FIELD = 8;
  private static final int ALIGNMENT = 8;

  private SafetensorsHeader() {}

  /** How many bytes the JSON of these tensors takes at least, padded. */
  static int area(List<Tensor> tensors) {
    return Math.ceilDiv(json(tensors).length, ALIGNMENT) * ALIGNMENT;
  }

  /** The whole head with its JSON padded by spaces to the given area. */
  static byte[] bytes(List<Tensor> tensors, int area) {
    byte[] json = json(tensors);
    ByteBuffer head = ByteBuffer.allocate(LENGTH_FIELD + area).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(area).put(json);
    Arrays.fill(head.array(), head.position(), head.capacity(), (byte) ' ');
    return head.array();
  }

  private static byte[] json(List<Tensor> tensors) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode root = nodes.objectNode();
    root.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (Tensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", "BF16");
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
      offset += tensor.bytes();
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }
}
