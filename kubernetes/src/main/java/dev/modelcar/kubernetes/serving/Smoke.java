package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.TransportException;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Requests to a model server that show whether it works: a completion where it has the API of
 * OpenAI, readiness where it has the V2 protocol, the model's files where it shows them.
 */
final class Smoke {
  private static final long PAUSE_NANOS = 200_000_000;
  private static final int OK = 200;

  /** Of the model's files, the smaller ones are compared. */
  private static final int LARGEST = 64 << 20;

  /** What the server said. */
  private static final class Response {
    private final int status;
    private final byte[] body;
    private final double seconds;

    Response(int status, byte[] body, double seconds) {
      this.status = status;
      this.body = body;
      this.seconds = seconds;
    }

    boolean ok() {
      return status == OK;
    }

    JsonNode json() {
      try {
        return Json.parse(body);
      } catch (Json.InvalidJsonException e) {
        return Json.object();
      }
    }
  }

  private static final String CONNECT = "connect";

  private final String pod;
  private final SmokeRoute.Via via;
  private final Optional<String> token;
  private final URI server;
  private final long deadline;
  private final HttpTransport transport;
  private final List<SmokeCheck> checks = new ArrayList<>();

  private Smoke(
      String pod,
      SmokeRoute.Via via,
      URI server,
      Optional<String> token,
      HttpTransport transport,
      Duration timeout) {
    this.transport = transport;
    this.pod = pod;
    this.via = via;
    this.token = token;
    this.server = server;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Sends the requests. None passed if the server knows none of them.
   *
   * @param transport that reaches the server; it stays open
   * @param files of the image: SHA-256 by path below {@code /models}; read only if the server shows
   *     files
   */
  static List<SmokeCheck> of(
      String pod,
      SmokeRoute.Via via,
      URI server,
      Optional<String> token,
      HttpTransport transport,
      Supplier<Map<String, String>> files,
      Duration timeout) {
    Smoke smoke = new Smoke(pod, via, server, token, transport, timeout);
    try {
      smoke.run(files);
    } catch (IOException e) {
      smoke.checks.add(new SmokeCheck(pod, via.id(), CONNECT, false, why(server, e), 0));
    }
    return List.copyOf(smoke.checks);
  }

  private static String why(URI server, IOException e) {
    return isUntrusted(e)
        ? "no TLS connection to %s: %s; --ca-file names an authority to trust"
            .formatted(server, e.getMessage())
        : "no response from %s: %s".formatted(server, e.getMessage());
  }

  /** A certificate does not become a better one. */
  private static boolean isUntrusted(IOException e) {
    return e instanceof TransportException failure
        && failure.kind() == TransportException.Kind.UNTRUSTED;
  }

  /** Whether no request got as far as the server. */
  static boolean reachedNothing(List<SmokeCheck> checks) {
    return !checks.isEmpty() && checks.stream().allMatch(check -> check.request().equals(CONNECT));
  }

  private void run(Supplier<Map<String, String>> files) throws IOException {
    Response models = get("/v1/models");
    JsonNode first = models.json().path("data").path(0).path("id");
    if (models.ok() && first.isTextual()) {
      note("GET /v1/models", true, "lists " + first.asText(), models);
      String prompt = "{\"model\":%s,\"prompt\":\"Hello\",\"max_tokens\":8}".formatted(first);
      Response completion = send("/v1/completions", Optional.of(prompt));
      JsonNode text = completion.json().path("choices").path(0).path("text");
      boolean said = completion.ok() && text.isTextual();
      String detail = said ? "completed with %d characters".formatted(text.asText().length()) : "";
      note("POST /v1/completions", said, detail, completion);
    }
    Response ready = get("/v2/health/ready");
    if (ready.ok()) {
      note("GET /v2/health/ready", true, "ready", ready);
    }
    Response config = get("/config.json");
    if (config.ok() && config.json().isObject() && !config.json().isEmpty()) {
      for (Map.Entry<String, String> file : files.get().entrySet()) {
        Response shown = get("/" + file.getKey());
        boolean same = shown.ok() && sha256(shown.body).equals(file.getValue());
        String detail =
            same ? "has the SHA-256 of the image's file" : "differs from the image's file";
        note("GET /" + file.getKey(), same, detail, shown);
      }
    }
  }

  private void note(String name, boolean passed, String detail, Response response) {
    String said = response.ok() ? detail : "status " + response.status;
    checks.add(
        new SmokeCheck(
            pod,
            via.id(),
            name,
            passed,
            said.isEmpty() ? "unexpected response" : said,
            response.seconds));
  }

  private Response get(String path) throws IOException {
    return send(path, Optional.empty());
  }

  /** A Service or a forwarded port may refuse connections for a moment after the pod is ready. */
  private Response send(String path, Optional<String> body) throws IOException {
    while (true) {
      long start = System.nanoTime();
      try {
        return exchange(path, body, start);
      } catch (IOException e) {
        if (isUntrusted(e) || System.nanoTime() + PAUSE_NANOS > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private Response exchange(String path, Optional<String> body, long start) throws IOException {
    URI uri = URI.create(server.toString().replaceFirst("/+$", "") + path.replace(" ", "%20"));
    HttpRequest request =
        HttpRequest.of(body.isPresent() ? "POST" : "GET", uri)
            .with(Timeouts.of(Duration.ofNanos(Math.max(1, deadline - start))));
    if (token.isPresent()) {
      request = request.with("Authorization", "Bearer " + token.get());
    }
    if (body.isPresent()) {
      request = request.with("Content-Type", "application/json").with(RequestBody.of(body.get()));
    }
    try (HttpResponse response = transport.send(request)) {
      byte[] bytes = response.bytes(LARGEST);
      return new Response(response.status(), bytes, (System.nanoTime() - start) / 1e9);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
