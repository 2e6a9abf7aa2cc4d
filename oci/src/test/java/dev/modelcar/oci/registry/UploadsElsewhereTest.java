package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.HttpSettings;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.HttpTransports;
import dev.modelcar.http.ProxySettings;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A registry that sends uploads to a store of another name. One server plays both: it is the proxy
 * on the way to every host.
 */
@Timeout(60)
final class UploadsElsewhereTest {
  private static final String UPLOAD = "/v2/team/model/blobs/uploads/1?signature=x";

  private final BlobContent blob =
      BlobContent.of("weights", "bytes of a blob".getBytes(StandardCharsets.UTF_8));
  private final List<String> calls = new CopyOnWriteArrayList<>();

  private void answer(Call call) throws IOException {
    call.readBody(1 << 20);
    URI target = URI.create(call.target());
    calls.add(call.method() + " " + target.getHost());
    Headers here = Headers.of("Location", "http://store.test" + UPLOAD);
    boolean store = "store.test".equals(target.getHost());
    switch (call.method()) {
      case "GET" -> call.respond(200, Headers.none());
      case "POST" -> call.respond(202, here);
      case "PATCH" ->
          call.respond(
              store ? 202 : 404,
              here.with("Range", "0-" + (blob.size().orElseThrow() - 1)),
              new byte[0]);
      case "PUT" ->
          call.respond(
              store ? 201 : 404,
              Headers.of("Docker-Content-Digest", blob.digest().orElseThrow().toString()));
      default -> call.respond(404, Headers.none());
    }
  }

  @Test
  void aStoreThatNamesItselfIsSentTheRestToo() throws IOException {
    try (TestServer network = TestServer.start(this::answer);
        HttpTransport transport =
            HttpTransports.create(
                HttpSettings.standard("test")
                    .with(ProxySettings.of(Map.of("HTTP_PROXY", network.authority()))))) {
      RegistryRepository repository =
          new Registries(RegistrySettings.standard(), transport)
              .repository(
                  (ImageReference.Registry)
                      ImageReference.parse("http://registry.test/team/model"));
      repository.write(blob, UploadMemory.none(), TransferListener.none());
    }
    assertThat(calls)
        .filteredOn(call -> call.startsWith("P"))
        .containsExactly("POST registry.test", "PATCH store.test", "PUT store.test");
  }
}
