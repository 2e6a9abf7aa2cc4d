package dev.modelcar.modelregistry;

import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.modelregistry.ModelRegistryHabits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A server under test, the fake in one of its versions or the real one, and clients of it. */
final class TestedServer implements AutoCloseable {
  static final String VARIABLE = "MODELCAR_TEST_MODEL_REGISTRY";

  enum Version {
    OLD,
    USUAL,
    RECENT,
    REAL
  }

  private final Optional<FakeModelRegistry> fake;
  private final String url;
  private final HttpTransport transport =
      new ApacheTransport(HttpSettings.standard("modelcar-test"));

  private TestedServer(Optional<FakeModelRegistry> fake, String url) {
    this.fake = fake;
    this.url = url;
  }

  static boolean isAvailable(Version version) {
    return version != Version.REAL || System.getenv(VARIABLE) != null;
  }

  static TestedServer start(Version version) {
    return switch (version) {
      case OLD -> of(FakeModelRegistry.start(ModelRegistryHabits.old()));
      case USUAL -> of(FakeModelRegistry.start());
      case RECENT -> of(FakeModelRegistry.start(ModelRegistryHabits.recent()));
      case REAL -> new TestedServer(Optional.empty(), System.getenv(VARIABLE));
    };
  }

  static TestedServer of(FakeModelRegistry fake) {
    return new TestedServer(Optional.of(fake), fake.uri().toString());
  }

  FakeModelRegistry fake() {
    return fake.orElseThrow();
  }

  ModelRegistry client() {
    return client(transport, Optional::empty);
  }

  ModelRegistry client(Supplier<Optional<String>> token) {
    return client(transport, token);
  }

  /** A client that counts its requests that change something. */
  ModelRegistry counting(AtomicInteger writes) {
    return client(
        new Wire(request -> {
          if (!request.isRead()) {
            writes.incrementAndGet();
          }
          return transport.send(request);
        }),
        Optional::empty);
  }

  /**
   * A client whose connections end at a request, and stay so, as if its process did.
   *
   * @param requests how many get through
   * @param answered whether the next one still reaches the server, and only its response is lost
   */
  ModelRegistry dyingAfter(int requests, boolean answered) {
    AtomicInteger sent = new AtomicInteger();
    return client(
        new Wire(request -> {
          int number = sent.incrementAndGet();
          if (number > requests) {
            if (answered && number == requests + 1) {
              transport.send(request).close();
            }
            throw new TransportException(
                TransportException.Kind.BROKEN, "the process has ended", null);
          }
          return transport.send(request);
        }),
        Optional::empty);
  }

  /** A client of another address. */
  ModelRegistry client(String other) {
    return client(other, transport, Optional::empty);
  }

  private ModelRegistry client(HttpTransport wire, Supplier<Optional<String>> token) {
    return client(url, wire, token);
  }

  private static ModelRegistry client(
      String address, HttpTransport wire, Supplier<Optional<String>> token) {
    return new ModelRegistry(
        new ModelRegistrySettings(
            ModelRegistrySettings.api(address),
            token,
            retries(),
            (wait, why) -> {},
            Timeouts.STANDARD),
        wire);
  }

  /** Retries at once, for as long as they would otherwise wait for two minutes. */
  private static RetryPolicy retries() {
    long[] now = {0};
    Sleeper sleeper = wait -> now[0] += wait.toNanos();
    return new RetryPolicy(
        Duration.ofMillis(400),
        Duration.ofSeconds(15),
        Duration.ofMinutes(2),
        sleeper,
        new Random(7),
        () -> now[0]);
  }

  private interface Sending {
    HttpResponse send(HttpRequest request) throws IOException;
  }

  private record Wire(Sending sending) implements HttpTransport {
    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
      return sending.send(request);
    }

    @Override
    public HttpTransport scope() {
      return this;
    }

    @Override
    public void close() {}
  }

  /** Creates what the client does not, and returns its id. */
  String post(String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.of("POST", URI.create(ModelRegistrySettings.api(url) + "/" + path))
            .with("Content-Type", "application/json")
            .with(RequestBody.of(body.getBytes(StandardCharsets.UTF_8)));
    try (HttpResponse response = transport.send(request)) {
      return Json.text(Json.parse(response.bytes(1 << 20)), "id").orElseThrow();
    } catch (Json.InvalidJsonException e) {
      throw new IOException(e);
    }
  }

  /** What a call fails with. */
  static ModelcarException failure(Supplier<?> call) {
    try {
      Object result = call.get();
      throw new AssertionError("no failure, but " + result);
    } catch (ModelcarException e) {
      return e;
    }
  }

  @Override
  public void close() {
    transport.close();
    fake.ifPresent(FakeModelRegistry::close);
  }
}
