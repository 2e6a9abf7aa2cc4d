package dev.modelcar.testkit.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The smallest files of other formats that are still valid. */
final class SmallFormats {
  private static final int GGUF_VERSION = 3;
  private static final int GGUF_UINT32 = 4;
  private static final int GGUF_STRING = 8;
  private static final int GGUF_ALIGNMENT = 32;
  private static final int GGML_F32 = 0;

  private SmallFormats() {}

  /** A model with an empty graph, as protocol buffer fields. */
  static Content onnx() {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    // ir_version = 8
    model.writeBytes(new byte[] {0x08, 8});
    // producer_name
    model.writeBytes(field(0x12, "generated".getBytes(StandardCharsets.US_ASCII)));
    // graph, with its name
    model.writeBytes(field(0x3a, field(0x12, "main".getBytes(StandardCharsets.US_ASCII))));
    // opset_import, version 17
    model.writeBytes(field(0x42, new byte[] {0x10, 17}));
    return Content.of(model.toByteArray());
  }

  private static byte[] field(int tag, byte[] value) {
    return ByteBuffer.allocate(2 + value.length)
        .put((byte) tag)
        .put((byte) value.length)
        .put(value)
        .array();
  }

  /** Some metadata and one small tensor. */
  static Content gguf(long seed) {
    ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    file.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(GGUF_VERSION);
    long tensors = 1;
    long keys = 4;
    file.putLong(tensors).putLong(keys);
    text(key(file, "general.architecture", GGUF_STRING), "llama");
    text(key(file, "general.name", GGUF_STRING), "generated " + seed);
    key(file, "general.alignment", GGUF_UINT32).putInt(GGUF_ALIGNMENT);
    key(file, "llama.block_count", GGUF_UINT32).putInt(1);
    long columns = 32;
    long rows = 4;
    text(file, "token_embd.weight").putInt(2).putLong(columns).putLong(rows);
    file.putInt(GGML_F32).putLong(0);
    file.position(Math.ceilDiv(file.position(), GGUF_ALIGNMENT) * GGUF_ALIGNMENT);
    for (int i = 0; i < columns * rows; i++) {
      file.putFloat(i / 1024f);
    }
    byte[] bytes = new byte[file.flip().remaining()];
    file.get(bytes);
    return Content.of(bytes);
  }

  private static ByteBuffer key(ByteBuffer file, String name, int type) {
    return text(file, name).putInt(type);
  }

  private static ByteBuffer text(ByteBuffer file, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return file.putLong(bytes.length).put(bytes);
  }
}
