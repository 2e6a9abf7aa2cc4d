package dev.modelcar.packaging.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.testkit.fuzz.Damage;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged weights: understood, or refused by name; never anything else. */
final class DamagedWeightsTest {
  private static final int MANY = 20_000;
  private static final GeneratedModel MODEL =
      GeneratedModel.llama(81, 2, 16 << 10).withGguf().withPickleTwin();

  private interface Parser {
    void parse(ModelFile file) throws IOException;
  }

  private static ModelFile file(String path, byte[] content) {
    return new ModelFile(
        path,
        content.length,
        Optional.empty(),
        Optional.empty(),
        offset ->
            new ChunkReader() {
              private boolean read;

              @Override
              public ByteBuffer next() {
                int from = read ? content.length : (int) offset;
                read = true;
                return ByteBuffer.wrap(content, from, content.length - from);
              }

              @Override
              public void close() {}
            });
  }

  private static byte[] bytes(String path) {
    return MODEL.file(path).content().bytes();
  }

  private static void survives(ModelFile file, Parser parser) {
    try {
      parser.parse(file);
    } catch (ModelcarException e) {
      assertThat(e.code()).isEqualTo(PackagingError.WEIGHTS_INVALID);
      assertThat(e.getMessage()).contains(file.path()).doesNotContain("\n", "\0");
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new AssertionError("not survived: " + e, e);
    }
  }

  @Test
  void safetensors() {
    byte[] whole = bytes("model-00001-of-00002.safetensors");
    int end = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] json = Arrays.copyOfRange(whole, 8, Math.min(end, 600));
    byte[] small =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},\"__metadata__\":{\"x\":\"y\"}}"
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(1);
    Damage.of(11, MANY, List.of(json, small))
        .forEach(damaged -> {
          // The length is right, so that what is damaged is looked at.
          ByteBuffer content =
              ByteBuffer.allocate(8 + damaged.length + random.nextInt(40))
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(damaged.length)
                  .put(damaged);
          survives(
              file("x.safetensors", content.array()),
              f -> SafetensorsHeader.read(f, SafetensorsHeader.USUAL_LENGTH));
        });
  }

  @Test
  void lengthsOfHeaders() {
    byte[] whole = bytes("model-00001-of-00002.safetensors");
    Random random = new Random(2);
    for (int i = 0; i < MANY; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      for (int at = 0; at < Math.min(8, damaged.length); at++) {
        if (random.nextInt(3) == 0) {
          damaged[at] = (byte) random.nextInt(256);
        }
      }
      survives(
          file("x.safetensors", damaged), f -> SafetensorsHeader.read(f, random.nextInt(1, 4096)));
    }
  }

  /** The header is UTF-8; in another encoding no loader reads it. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void otherEncodings(String encoding) {
    for (String json : List.of("{}", "{\"__metadata__\":{}}", "{\ud800\udc00")) {
      byte[] text = json.getBytes(Charset.forName(encoding));
      byte[] odd = Arrays.copyOf(text, text.length + 3);
      for (byte[] header : List.of(text, odd)) {
        ByteBuffer content = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        ModelFile file = file("x.safetensors", content.putLong(header.length).put(header).array());
        assertThatThrownBy(() -> SafetensorsHeader.read(file, 4096))
            .isInstanceOfSatisfying(
                ModelcarException.class,
                e -> assertThat(e.code()).isEqualTo(PackagingError.WEIGHTS_INVALID));
      }
    }
  }

  @Test
  void otherFormats() {
    byte[] gguf = Arrays.copyOf(bytes("model.gguf"), 64);
    Damage.of(12, MANY, List.of(gguf)).forEach(b -> survives(file("x.gguf", b), GgufHeader::check));
    byte[] pickle = Arrays.copyOf(bytes("pytorch_model-00001-of-00002.bin"), 64);
    Damage.of(13, MANY, List.of(pickle)).forEach(b -> survives(file("x.bin", b), Pickle::is));
  }

  @Test
  void indexes() {
    List<byte[]> good =
        List.of(
            bytes("model.safetensors.index.json"),
            "{\"metadata\":{\"total_size\":4},\"weight_map\":{\"a\":\"x.safetensors\"}}"
                .getBytes(StandardCharsets.UTF_8));
    Damage.of(14, MANY, good)
        .forEach(damaged ->
            survives(
                file("model.safetensors.index.json", damaged),
                f -> ShardIndex.read(f).headerLengths()));
  }

  @Test
  void namesOfSources() {
    List<String> good =
        List.of("hf://org/name@refs/pr/1", "hf://org/name:v1.0", "./folder/model", "hf://name");
    Damage.ofTexts(15, MANY, good)
        .forEach(text -> {
          try {
            assertThat(SourceReference.parse(text)).isNotNull();
          } catch (ModelcarException e) {
            assertThat(e.code()).isEqualTo(SourceError.SOURCE_REFERENCE_INVALID);
          }
        });
  }
}
