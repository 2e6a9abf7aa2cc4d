package dev.modelcar.source.hub;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import dev.modelcar.testkit.hub.FakeHub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A hub and who reads from it; between two attempts no time passes but on a clock of its own. */
final class HubClient implements AutoCloseable {
  final FakeHub hub = FakeHub.start();
  final List<String> waits = new CopyOnWriteArrayList<>();
  final Map<String, String> variables = new HashMap<>();

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final AtomicLong clock = new AtomicLong();

  HubClient(Path home) {
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("HF_HOME", home.toString());
  }

  HubClient with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  Snapshot resolve(String reference) {
    RetryPolicy retries =
        new RetryPolicy(
            Duration.ofMillis(400),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            wait -> clock.addAndGet(wait.toNanos()),
            new Random(7),
            clock::get);
    HubSource source =
        new HubSource(
            HubSettings.of(variables).with(Timeouts.of(Duration.ofSeconds(10))),
            transport,
            new ReadBudget(8 << 20, 4),
            retries,
            (wait, why) -> waits.add(wait.toSeconds() + " s: " + why),
            InstantSource.system());
    return source.resolve((SourceReference.Hub) SourceReference.parse(reference));
  }

  static ModelFile file(Snapshot snapshot, String path) {
    return snapshot.files().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
  }

  static byte[] read(ModelFile file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ChunkReader reader = file.open(0)) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        out.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
      }
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    transport.close();
    hub.close();
  }
}
