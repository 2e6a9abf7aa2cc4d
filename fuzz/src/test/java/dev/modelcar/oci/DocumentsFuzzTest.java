package dev.modelcar.oci;

import static dev.modelcar.fuzz.Verdict.holds;
import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents of images, whoever wrote them. */
final class DocumentsFuzzTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  static List<byte[]> manifests() {
    String descriptor =
        "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"%s\",\"size\":1,\"annotations\":{\"a\":\"b\"}}"
            .formatted(DIGEST);
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s,%s],\"subject\":%s}"
            .formatted(descriptor, descriptor, descriptor, descriptor),
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"m\",\"digest\":\"%s\",\"size\":2,\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}}]}"
            .formatted(DIGEST));
  }

  static List<byte[]> configs() {
    return List.of(
        ImageConfig.empty(Platform.of("linux", "amd64"))
            .withLayer(Sha256.of(new byte[1]), Instant.EPOCH, "test")
            .withUser("1001")
            .withLabels(Map.of("key", "value"))
            .toBytes());
  }

  private static List<byte[]> bytes(String... texts) {
    return java.util.Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
  }

  @MethodSource("manifests")
  @DictionaryEntries({"\"subject\":", "\"platform\":", "\"urls\":[", "\"size\":-1", DIGEST_WORD})
  @FuzzTest(maxDuration = "2m")
  void manifestsAndIndexes(byte[] bytes) {
    survives(() -> Documents.mediaTypeOf(bytes));
    survives(
        () -> Documents.manifest(new RawManifest(MediaTypes.OCI_MANIFEST, bytes)).toRaw().digest());
    survives(() ->
        Documents.index(new RawManifest(MediaTypes.OCI_INDEX, bytes))
            .forPlatform(Platform.of("linux", "arm64")));
  }

  private static final String DIGEST_WORD = "\"digest\":\"sha256:";

  @MethodSource("configs")
  @DictionaryEntries({"\"rootfs\":", "\"diff_ids\":[", "\"history\":[", "\"empty_layer\":true"})
  @FuzzTest(maxDuration = "1m")
  void configurations(byte[] bytes) {
    survives(() -> {
      ImageConfig config = ImageConfig.parse(bytes);
      config.platform();
      config.labels();
      config.layersInHistory();
      byte[] more =
          config
              .withCompleteHistory(Instant.EPOCH)
              .withLayer(Sha256.of(new byte[2]), Instant.EPOCH, "more")
              .withUser("7")
              .withEntrypoint(List.of())
              .withLabels(Map.of("a", "b"))
              .toBytes();
      ImageConfig.parse(more);
    });
  }

  @DictionaryEntries({"sha256:", "sha512:"})
  @FuzzTest(maxDuration = "30s")
  void digests(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Optional<Digest> digest = Digest.parse(text);
    holds(digest.map(Object::toString).orElse(text).equals(text), text);
  }
}
