package dev.modelcar.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An independent reader of safetensors headers, by the format's own rules. */
record SafetensorsFile(Map<String, Long> tensorBytes) {

  static SafetensorsFile read(GeneratedFile file) throws IOException {
    int length = Math.toIntExact(little(bytes(file, 0, 8)));
    assertThat(length % 8).isZero();
    byte[] json = bytes(file, 8, 8 + length);
    assertThat(new String(json, StandardCharsets.UTF_8)).startsWith("{");
    Map<String, Long> tensors = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, JsonNode> entry : new ObjectMapper().readTree(json).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        JsonNode tensor = entry.getValue();
        assertThat(tensor.get("dtype").asText()).isEqualTo("BF16");
        assertThat(tensor.get("data_offsets").get(0).asLong()).isEqualTo(end);
        long size = 2;
        for (JsonNode dimension : tensor.get("shape")) {
          assertThat(dimension.asLong()).isPositive();
          size *= dimension.asLong();
        }
        end += size;
        assertThat(tensor.get("data_offsets").get(1).asLong()).isEqualTo(end);
        tensors.put(entry.getKey(), size);
      }
    }
    assertThat(8 + length + end).isEqualTo(file.size());
    return new SafetensorsFile(tensors);
  }

  private static long little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static byte[] bytes(GeneratedFile file, long from, long to) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.content().writeTo(out, from, to);
    return out.toByteArray();
  }
}
