package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Speaks to a registry step by step. */
final class RegistryClient implements AutoCloseable {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI root;
  private Optional<String> authorization = Optional.empty();

  RegistryClient(URI root) {
    this.root = root;
  }

  void authorize(String header) {
    authorization = Optional.of(header);
  }

  void authorizeBasic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    authorize("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  HttpResponse<String> send(String method, String target, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(target))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    authorization.ifPresent(header -> request.header("Authorization", header));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String target, String... headers)
      throws IOException, InterruptedException {
    return send(method, target, new byte[0], headers);
  }

  /** Starts an upload and returns its place. */
  String start(String repository) throws IOException, InterruptedException {
    return location(send("POST", "/v2/" + repository + "/blobs/uploads/"));
  }

  HttpResponse<String> patch(String location, byte[] bytes, int from, int to)
      throws IOException, InterruptedException {
    return send(
        "PATCH",
        location,
        Arrays.copyOfRange(bytes, from, to),
        "Content-Range",
        from + "-" + (to - 1));
  }

  HttpResponse<String> close(String location, String digest)
      throws IOException, InterruptedException {
    return send("PUT", withDigest(location, digest));
  }

  static String withDigest(String location, String digest) {
    return location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
  }

  /** Uploads a blob in one PATCH, and returns its digest. */
  String push(String repository, byte[] bytes) throws IOException, InterruptedException {
    String digest = digest(bytes);
    String location = location(send("PATCH", start(repository), bytes));
    close(location, digest);
    return digest;
  }

  /** Sends the beginning of a PATCH and leaves. */
  void breakPatch(String location, byte[] bytes, int sent) throws IOException {
    URI uri = root.resolve(location);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
      String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
      String head =
          "PATCH %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(target, uri.getAuthority(), bytes.length);
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, 0, sent);
      socket.shutdownOutput();
      // The server sees the end, and closes; then its books are in order.
      socket.getInputStream().readAllBytes();
    }
  }

  static String location(HttpResponse<?> response) {
    return response.headers().firstValue("Location").orElse("");
  }

  static String range(HttpResponse<?> response) {
    return response.headers().firstValue("Range").orElse("");
  }

  static String digest(byte[] bytes) {
    return "sha256:" + Content.of(bytes).sha256();
  }

  @Override
  public void close() {
    http.close();
  }
}
