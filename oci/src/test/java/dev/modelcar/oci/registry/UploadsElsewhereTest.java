package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.ProxySettings;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A registry that sends uploads to a store of another name. One server plays both: it is the proxy
 * on the way to every host.
 */
@Timeout(60)
final class UploadsElsewhereTest {
  private static final String UPLOAD = "/v2/team/model/blobs/uploads/1?signature=x";

  private final BlobContent blob =
      BlobContent.of("weights", "bytes of a blob".getBytes(StandardCharsets.UTF_8));
  private String store = "store.test";
  private Duration budget = RetryPolicy.standard().budget();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** What the store answers to bytes. */
  private final Deque<Integer> patches = new ConcurrentLinkedDeque<>();

  private void answer(Call call) throws IOException {
    call.readBody(1 << 20);
    URI target = URI.create(call.target());
    calls.add(call.method() + " " + target.getHost());
    Headers here = Headers.of("Location", "http://" + store + UPLOAD);
    boolean atStore = "store.test".equals(target.getHost());
    switch (call.method()) {
      case "GET" -> call.respond(200, Headers.none());
      case "POST" -> call.respond(202, here);
      case "PATCH" ->
          call.respond(
              atStore ? patches.poll() : 404,
              here.with("Range", "0-" + (blob.size().orElseThrow() - 1)),
              new byte[0]);
      case "PUT" ->
          call.respond(
              atStore ? 201 : 404,
              Headers.of("Docker-Content-Digest", blob.digest().orElseThrow().toString()));
      default -> call.respond(404, Headers.none());
    }
  }

  private void write() {
    RetryPolicy hasty = RetryPolicy.standard();
    RegistrySettings settings =
        RegistrySettings.standard()
            .with(
                new RetryPolicy(
                    Duration.ofMillis(1),
                    Duration.ofMillis(2),
                    budget,
                    hasty.sleeper(),
                    hasty.random(),
                    hasty.nanoTime()));
    try (TestServer network = TestServer.start(this::answer);
        HttpTransport transport =
            new ApacheTransport(
                HttpSettings.standard("test")
                    .with(
                        ProxySettings.of(
                            Map.of("HTTP_PROXY", network.authority(), "NO_PROXY", ".invalid"))));
        Registries registries = new Registries(settings, transport)) {
      registries
          .repository(
              (ImageReference.Registry) ImageReference.parse("http://registry.test/team/model"))
          .write(blob, UploadMemory.none(), TransferListener.none());
    }
  }

  @Test
  void aStoreThatNamesItselfIsSentTheRestToo() {
    patches.add(202);
    write();
    assertThat(calls)
        .filteredOn(call -> call.startsWith("P"))
        .containsExactly("POST registry.test", "PATCH store.test", "PUT store.test");
  }

  /** The address of an upload may end before the upload does. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusalOfTheStoreIsAskedAnotherAddressFor(int status) {
    patches.addAll(List.of(status, status, 202));
    write();
    assertThat(calls).filteredOn("POST registry.test"::equals).hasSize(3);
    assertThat(calls).endsWith("PUT store.test");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aStoreThatAlwaysRefusesEndsIt(int status) {
    patches.addAll(Collections.nCopies(30, status));
    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(OciError.REGISTRY_DENIED);
              assertThat(e.hint()).contains("Your credentials are not sent");
            })
        .hasMessageContaining(
            "store.test, where registry.test redirects uploads, returned " + status);
    assertThat(calls).filteredOn("PATCH store.test"::equals).hasSize(4);
  }

  /** Often the name that the registry has behind its proxy: the network is not to blame. */
  @Test
  void aStoreThatNobodyKnowsIsNamed() {
    store = "registry.inside.invalid:5000";
    budget = Duration.ZERO;
    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(OciError.REGISTRY_UPLOAD_UNREACHABLE);
              assertThat(e.hint()).contains("external URL of the registry");
            })
        .hasMessageContaining(
            "registry.test sends uploads to registry.inside.invalid:5000, which cannot be reached");
  }
}
