package dev.modelcar.oci.layout;

import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of images in a layout, whoever wrote it. */
final class IndexFileFuzzTest {
  static List<byte[]> files() {
    String good =
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:%s\","
                .formatted("0123456789abcdef".repeat(4))
            + "\"size\":2,\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"}}]}";
    return List.of(good.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("files")
  @DictionaryEntries({"org.opencontainers.image.ref.name", "sha256-", "\"manifests\":null"})
  @FuzzTest(maxDuration = "1m")
  void files(byte[] bytes) {
    survives(() -> {
      IndexFile index = IndexFile.parse(bytes, "index.json");
      index.named("v1");
      survives(() -> index.images(entry -> false));
      IndexFile.parse(index.toBytes(), "index.json");
    });
  }
}
