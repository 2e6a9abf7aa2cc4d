package dev.modelcar.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GeneratedModelTest {

  @ParameterizedTest
  @ValueSource(longs = {4096, 4104, 65_536, 1_000_000, 5_000_000, 10_737_418_240L, 68_719_476_736L})
  void shardsAreValidAndOfExactSize(long size) throws IOException {
    GeneratedModel model = GeneratedModel.llama(7, 3, size);
    Map<String, String> expected = new LinkedHashMap<>();
    long total = 0;
    for (int i = 1; i <= 3; i++) {
      String path = "model-0000" + i + "-of-00003.safetensors";
      assertThat(model.file(path).size()).isEqualTo(size);
      SafetensorsFile shard = SafetensorsFile.read(model.file(path));
      for (Map.Entry<String, Long> tensor : shard.tensorBytes().entrySet()) {
        assertThat(expected.put(tensor.getKey(), path)).isNull();
        total += tensor.getValue();
      }
    }

    byte[] index = model.file("model.safetensors.index.json").content().bytes();
    JsonNode root = new ObjectMapper().readTree(index);
    assertThat(root.at("/metadata/total_size").asLong()).isEqualTo(total);
    Map<String, String> map = new LinkedHashMap<>();
    root.get("weight_map").properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    assertThat(map).isEqualTo(expected);
  }

  @Test
  void aSingleShardHasNoIndex() {
    assertThat(GeneratedModel.llama(1, 1, 8192).files())
        .extracting(GeneratedFile::path)
        .containsExactly(
            "LICENSE",
            "README.md",
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json");
  }

  @Test
  void refusesSizesThatNoShardCanHave() {
    assertThatThrownBy(() -> GeneratedModel.llama(1, 1, 4095))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GeneratedModel.llama(1, 0, 4096))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsTheSameBytesFromAnyOffset() throws IOException {
    GeneratedFile file = GeneratedModel.llama(3, 1, 12_000_000).file("model.safetensors");
    byte[] all = file.content().bytes();
    for (long from : List.of(0L, 1L, 511L, 4_194_285L, 4_194_286L, 8_388_573L, 11_999_999L)) {
      long to = Math.min(all.length, from + 300_001);
      assertThat(SafetensorsFile.bytes(file, from, to))
          .isEqualTo(Arrays.copyOfRange(all, (int) from, (int) to));
    }
    assertThat(SafetensorsFile.bytes(file, 12_000_000, 12_000_000)).isEmpty();
    assertThatThrownBy(() -> SafetensorsFile.bytes(file, 5, 12_000_001))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void isTheSameForTheSameSeedAndOtherForAnother() {
    GeneratedModel one = GeneratedModel.llama(1, 2, 1 << 20);
    GeneratedModel same = GeneratedModel.llama(1, 2, 1 << 20);
    GeneratedModel other = GeneratedModel.llama(2, 2, 1 << 20);
    String first = "model-00001-of-00002.safetensors";
    assertThat(one.file(first).sha256())
        .isEqualTo(same.file(first).sha256())
        .isNotEqualTo(other.file(first).sha256())
        .isNotEqualTo(one.file("model-00002-of-00002.safetensors").sha256());
  }

  @Test
  void keepsItsBytesFromVersionToVersion() {
    // Remembered digests rely on this; if it must change, raise GENERATOR_VERSION.
    assertThat(GeneratedModel.llama(1, 1, 5_000_000).file("model.safetensors").sha256())
        .isEqualTo("5befbfc4c2a16a4549fea0acf2c320eeca15889e3527431186319fb2b3eb9faa");
  }

  @Test
  void weightsShrinkAboutAsMuchAsRealOnes() throws IOException {
    GeneratedFile file = GeneratedModel.llama(3, 1, 12_000_000).file("model.safetensors");
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(small)) {
      file.content().writeTo(gzip, 0, file.size());
    }
    assertThat((double) small.size() / file.size()).isBetween(0.6, 0.95);
  }

  @Test
  void consolidatedHoldsAllWeightsASecondTime() throws IOException {
    GeneratedModel model = GeneratedModel.llama(5, 2, 100_000).withConsolidated();
    SafetensorsFile all = SafetensorsFile.read(model.file("consolidated.safetensors"));
    Map<String, Long> expected = new LinkedHashMap<>();
    for (int i = 1; i <= 2; i++) {
      expected.putAll(
          SafetensorsFile.read(model.file("model-0000" + i + "-of-00002.safetensors"))
              .tensorBytes());
    }
    assertThat(all.tensorBytes()).isEqualTo(expected);
  }

  @Test
  void pickleTwinIsAZipThatOthersRead(@TempDir Path folder) throws IOException {
    GeneratedModel.llama(5, 2, 100_000).withPickleTwin().writeTo(folder);
    Path twin = folder.resolve("pytorch_model-00001-of-00002.bin");
    assertThat(Files.readAllBytes(twin)).startsWith('P', 'K', 3, 4);
    try (ZipFile zip = new ZipFile(twin.toFile())) {
      ZipEntry weights = zip.getEntry("archive/data/0");
      // Reading to the end checks the checksum.
      assertThat(zip.getInputStream(weights).readAllBytes()).hasSizeGreaterThan(90_000);
      assertThat(zip.getInputStream(zip.getEntry("archive/data.pkl")).readAllBytes())
          .startsWith(0x80, 2);
    }
    assertThat(folder.resolve("pytorch_model.bin.index.json"))
        .content()
        .contains("pytorch_model-00002-of-00002.bin");
  }

  @Test
  void otherFormatsBeginAsTheyShould() {
    GeneratedModel model = GeneratedModel.llama(5, 1, 8192).withGguf().withOnnx();
    assertThat(model.file("model.gguf").content().bytes()).startsWith('G', 'G', 'U', 'F', 3, 0);
    assertThat(model.file("onnx/model.onnx").content().bytes()).startsWith(0x08, 8, 0x12);
  }

  @Test
  void changesOneShardOnly() throws IOException {
    GeneratedModel before = GeneratedModel.llama(5, 2, 100_000);
    GeneratedModel after = before.withChangedShard(2, 99);
    for (GeneratedFile file : before.files()) {
      boolean changed = !file.sha256().equals(after.file(file.path()).sha256());
      assertThat(changed).isEqualTo(file.path().equals("model-00002-of-00002.safetensors"));
    }
    SafetensorsFile.read(after.file("model-00002-of-00002.safetensors"));
  }

  @Test
  void replacesAndRemovesFiles() {
    GeneratedModel model =
        GeneratedModel.of(List.of())
            .withFile("a.txt", Content.of("one"))
            .withFile("a.txt", Content.of("other"))
            .withFile("b.txt", Content.of("b"))
            .withoutFile("b.txt");
    assertThat(model.files()).hasSize(1);
    assertThat(model.totalBytes()).isEqualTo(5);
    assertThatThrownBy(model::withConsolidated).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> model.file("b.txt")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gitNamesABlobTheSameWay() {
    assertThat(Content.of("hello\n").gitBlobSha1())
        .isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
  }

  @Test
  void remembersDigestsInAFile(@TempDir Path folder) throws IOException {
    Path cache = folder.resolve("sub/digests");
    GeneratedModel model = GeneratedModel.llama(8, 2, 100_000);
    model.hashAll(cache);
    String path = "model-00001-of-00002.safetensors";
    assertThat(cache).content().contains(model.file(path).sha256());

    Files.writeString(
        cache, Files.readString(cache).replace(model.file(path).sha256(), "f".repeat(64)));
    GeneratedModel again = GeneratedModel.llama(8, 2, 100_000);
    again.hashAll(cache);
    assertThat(again.file(path).sha256()).isEqualTo("f".repeat(64));
  }

  @Test
  void refusesToWriteOutsideOfItsFolder(@TempDir Path folder) {
    GeneratedModel model = GeneratedModel.of(List.of()).withFile("../evil", Content.of("x"));
    assertThatThrownBy(() -> model.writeTo(folder.resolve("inner")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("evil");
  }

  @Test
  void readsContentsOfFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("file");
    byte[] bytes = "0123456789".repeat(60_000).getBytes(StandardCharsets.US_ASCII);
    Files.write(file, bytes);
    Content content = Content.ofFile(file);
    assertThat(content.sha256()).isEqualTo(Content.of(bytes).sha256());
    assertThat(new ByteArrayInputStream(content.bytes())).hasBinaryContent(bytes);
  }
}
