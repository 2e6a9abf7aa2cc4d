package dev.modelcar.packaging.weights;

import static dev.modelcar.fuzz.Verdict.holds;
import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.modelcar.core.ChunkReader;
import dev.modelcar.source.ModelFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of models, whoever made them. */
final class WeightsFuzzTest {
  private static final int DATA = 64;

  static List<byte[]> headers() {
    return List.of(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[0,64]},\"__metadata__\":{\"x\":\"y\"}}"
            .getBytes(StandardCharsets.UTF_8));
  }

  static List<byte[]> indexes() {
    return List.of(
        "{\"metadata\":{\"total_size\":4},\"weight_map\":{\"a\":\"x.safetensors\"}}"
            .getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("headers")
  @DictionaryEntries({"\"dtype\":", "\"shape\":[", "\"data_offsets\":[", "BF16", "F8_E4M3", "F4"})
  @FuzzTest(maxDuration = "2m")
  void safetensors(byte @NotNull [] header) {
    ByteBuffer content =
        ByteBuffer.allocate(8 + header.length + DATA)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    survives(() -> {
      for (TensorInfo tensor : SafetensorsHeader.read(file("x.safetensors", content.array()), 16)) {
        holds(tensor.name() != null, "it has a name");
      }
    });
  }

  @FuzzTest(maxDuration = "1m")
  void beginnings(byte @NotNull [] bytes) {
    survives(() -> SafetensorsHeader.read(file("x.safetensors", bytes), 16));
    survives(() -> GgufHeader.check(file("x.gguf", bytes)));
    survives(() -> holds(Pickle.mayBe("x.bin"), "a pickle" + Pickle.is(file("x.bin", bytes))));
  }

  @MethodSource("indexes")
  @DictionaryEntries({"\"weight_map\":", "\"metadata\":", "../x"})
  @FuzzTest(maxDuration = "1m")
  void shardIndexes(byte @NotNull [] bytes) {
    survives(() -> ShardIndex.read(file("model.safetensors.index.json", bytes)).headerLengths());
  }

  private static ModelFile file(String path, byte[] content) {
    return new ModelFile(
        path,
        content.length,
        Optional.empty(),
        Optional.empty(),
        offset ->
            new ChunkReader() {
              private int from = Math.toIntExact(offset);

              @Override
              public ByteBuffer next() {
                int begin = from;
                from = content.length;
                return ByteBuffer.wrap(content, begin, content.length - begin);
              }

              @Override
              public void close() {}
            });
  }
}
