package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.RunningRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Images that modelcar would not make, put into a registry by hand. */
final class HandMade {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final RunningRegistry registry;
  private final String repository;

  HandMade(Path folder, RunningRegistry registry, String repository) {
    this.folder = folder;
    this.registry = registry;
    this.repository = repository;
  }

  /** A layer of what a folder has, owned by root; returns its digest. */
  String layer(Path content) throws IOException {
    Path tar = Files.createTempFile(folder, "layer-", ".tar");
    Programs.run(
        folder, "tar", "--owner=0", "--group=0", "-C", content.toString(), "-cf", "" + tar, ".");
    return blob(Files.readAllBytes(tar));
  }

  /** An image of one layer; returns the image's digest. */
  String image(String layer) throws IOException {
    return image(layer, "\"" + layer + "\"");
  }

  /** An image whose config lists no layer. */
  String imageWithoutDiffIds(String layer) throws IOException {
    return image(layer, "");
  }

  private String image(String layer, String diffIds) throws IOException {
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{"User":"65532"},"rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(diffIds);
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    return manifest(
        MANIFEST,
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}\
        """
            .formatted(MANIFEST, CONFIG, blob(bytes), bytes.length, layer, size(layer)));
  }

  /** An artifact, of which no container can be made. */
  String artifact(String layer) throws IOException {
    byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
    return manifest(
        MANIFEST,
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.cncf.model.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.cncf.model.weight.v1.tar","digest":"%s","size":%d}]}\
        """
            .formatted(MANIFEST, blob(bytes), bytes.length, layer, size(layer)));
  }

  /** An index that has an image for another machine only. */
  String foreignIndex(String image) throws IOException {
    return manifest(
        INDEX,
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%s,
         "platform":{"os":"linux","architecture":"s390x"}}]}\
        """
            .formatted(INDEX, MANIFEST, image, stored(image).length));
  }

  /** Takes a blob away behind the registry's back. */
  void lose(String digest) throws IOException {
    Files.delete(file(digest));
  }

  private long size(String digest) throws IOException {
    return Files.size(file(digest));
  }

  private byte[] stored(String digest) throws IOException {
    return Files.readAllBytes(file(digest));
  }

  private Path file(String digest) throws IOException {
    String hex = digest.substring(digest.indexOf(':') + 1);
    try (var files = Files.walk(folder)) {
      return files
          .filter(path -> path.endsWith(Path.of(hex, "data")))
          .findFirst()
          .orElseThrow(() -> new IOException("not in " + folder + ": " + digest));
    }
  }

  private String blob(byte[] bytes) throws IOException {
    String digest = digest(bytes);
    HttpResponse<String> session =
        send(request("/v2/" + repository + "/blobs/uploads/").POST(body(new byte[0])), 202);
    String location = session.headers().firstValue("Location").orElseThrow();
    URI upload = registry.uri().resolve(location);
    URI whole = URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest=" + digest);
    send(HttpRequest.newBuilder(whole).PUT(body(bytes)), 201);
    return digest;
  }

  private String manifest(String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digest = digest(bytes);
    send(
        request("/v2/" + repository + "/manifests/" + digest)
            .header("Content-Type", type)
            .PUT(body(bytes)),
        201);
    return digest;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(registry.uri().resolve(path));
  }

  private static HttpRequest.BodyPublisher body(byte[] bytes) {
    return HttpRequest.BodyPublishers.ofByteArray(bytes);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, int status) throws IOException {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
