package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.auth.AuthFiles;
import dev.modelcar.oci.registry.auth.Challenge;
import dev.modelcar.oci.registry.upload.UploadRange;
import dev.modelcar.testkit.fuzz.Damage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged words of registries and users: an answer, or an error of our own, and nothing else. */
final class DamageTest {
  private static final int MANY = 6_000;
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  private static void survives(String input, Runnable parser) {
    try {
      parser.run();
    } catch (ModelcarException e) {
      assertThat(e.code()).as(input).isNotEqualTo(CoreError.UNEXPECTED);
      assertThat(e.getMessage()).as(input).isNotBlank().doesNotContain("\n");
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("not survived: " + input, e);
    }
  }

  @Test
  void references() {
    List<String> good =
        List.of(
            "quay.io/team/model:v1.0",
            "localhost:5000/a/b_c/d-e@" + DIGEST,
            "docker://docker.io/library/x",
            "oci:./folder:tag",
            "oci-archive:/tmp/file.tar:name",
            "http://[::1]:5000/m");
    Damage.ofTexts(1, MANY, good)
        .forEach(text ->
            survives(
                text,
                () -> {
                  ImageReference reference = ImageReference.parse(text);
                  if (reference instanceof ImageReference.Registry) {
                    // What was understood means the same when it is written and read again.
                    String written = reference.toString();
                    assertThat(ImageReference.parse(written)).hasToString(written);
                  }
                }));
  }

  @Test
  void digests() {
    Damage.ofTexts(2, MANY, List.of(DIGEST, "sha512:" + "f".repeat(128)))
        .forEach(text -> {
          Optional<Digest> digest = Digest.parse(text);
          assertThat(digest.map(Object::toString).orElse(text)).isEqualTo(text);
        });
  }

  @Test
  void challengesAndRanges() {
    List<String> good =
        List.of(
            "Bearer realm=\"https://auth.example/token?x=1\",service=\"registry\",scope=\"a:b:c\"",
            "Basic realm=\"a \\\"quoted\\\" one\", charset=UTF-8",
            "Negotiate abc==, Bearer realm=x",
            "0-1048575",
            "bytes=0-17");
    Damage.ofTexts(3, MANY, good)
        .forEach(text ->
            survives(
                text,
                () -> {
                  Challenge.best(Challenge.parse(List.of(text, text)))
                      .ifPresent(best -> assertThat(best.scheme()).isIn("bearer", "basic"));
                  UploadRange.held(text).ifPresent(held -> assertThat(held).isNotNegative());
                }));
  }

  @Test
  void locations() {
    URI base = URI.create("https://registry.example:5000/v2/a/blobs/uploads/");
    List<String> good =
        List.of(
            "https://registry.example:5000/v2/a/blobs/uploads/uuid?_state=abc%3D&x={y}",
            "/v2/a/blobs/uploads/uuid",
            "uuid?state=1",
            "//cdn.example/blob?Signature=a~b&Expires=1",
            "http://[::1]:80/x#y");
    Damage.ofTexts(4, MANY, good)
        .forEach(text ->
            survives(
                text,
                () ->
                    Uris.resolve(base, text)
                        .ifPresent(uri -> {
                          assertThat(uri.getHost()).isNotNull();
                          assertThat(uri.getUserInfo()).isNull();
                          assertThat(uri.getScheme()).isIn("http", "https", "HTTP", "HTTPS");
                          Uris.sameOrigin(uri, base);
                        })));
  }

  private static byte[] config() {
    return ImageConfig.empty(Platform.of("linux", "amd64"))
        .withLayer(Sha256.of(new byte[1]), Instant.EPOCH, "test")
        .withUser("1001")
        .withLabels(Map.of("key", "value"))
        .toBytes();
  }

  @Test
  void manifestsAndIndexes() {
    Descriptor descriptor =
        Descriptor.of(MediaTypes.OCI_LAYER, Sha256.of(new byte[1]), 1, Map.of("a", "b"));
    ImageManifest manifest =
        new ImageManifest(
            Descriptor.of(MediaTypes.OCI_CONFIG, Sha256.of(config()), config().length),
            List.of(descriptor, descriptor),
            new TreeMap<>(Map.of("x", "y")),
            Optional.of(descriptor),
            Optional.empty());
    ImageIndex index =
        new ImageIndex(
            List.of(manifest.toRaw().descriptor().with(Platform.of("linux", "arm64"))),
            new TreeMap<>(),
            Optional.empty());
    Damage.of(5, MANY, List.of(manifest.toRaw().bytes(), index.toRaw().bytes()))
        .forEach(bytes -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          survives(text, () -> Documents.mediaTypeOf(bytes));
          survives(
              text,
              () -> Documents.manifest(new RawManifest(MediaTypes.OCI_MANIFEST, bytes)).toRaw());
          survives(
              text,
              () ->
                  Documents.index(new RawManifest(MediaTypes.OCI_INDEX, bytes))
                      .forPlatform(Platform.of("linux", "arm64")));
        });
  }

  @Test
  void configs() {
    Damage.of(6, MANY, List.of(config()))
        .forEach(bytes ->
            survives(
                new String(bytes, StandardCharsets.UTF_8),
                () -> {
                  ImageConfig config = ImageConfig.parse(bytes);
                  config.platform();
                  config.labels();
                  config.layersInHistory();
                  ImageConfig.parse(
                      config
                          .withCompleteHistory(Instant.EPOCH)
                          .withLayer(Sha256.of(new byte[2]), Instant.EPOCH, "more")
                          .withUser("7")
                          .withEntrypoint(List.of())
                          .withLabels(Map.of("a", "b"))
                          .toBytes());
                }));
  }

  @Test
  void authFiles(@TempDir Path folder) throws IOException {
    String good =
        "{\"auths\":{\"h.example/a\":{\"auth\":\"dTpw\"},\"https://index.docker.io/v1/\":{"
            + "\"identitytoken\":\"t\"},\"x\":{\"username\":\"u\",\"password\":\"p\"}},"
            + "\"credHelpers\":{\"h2.example\":\"none-such\"},\"credsStore\":\"\"}";
    Path file = folder.resolve("auth.json");
    List<byte[]> samples = List.of(good.getBytes(StandardCharsets.UTF_8));
    for (byte[] bytes : Damage.of(7, 1000, samples).toList()) {
      Files.write(file, bytes);
      AuthFiles files = AuthFiles.of(Map.of(), Optional.of(file));
      for (String host : List.of("h.example", "docker.io", "h2.example", "x")) {
        survives(new String(bytes, StandardCharsets.UTF_8), () -> files.find(host, "a/b"));
      }
    }
  }
}
