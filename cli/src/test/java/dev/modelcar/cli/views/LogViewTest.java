package dev.modelcar.cli.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Lines for logs: one for a layer, whatever the number of targets, and none too long. */
final class LogViewTest {
  private static final Digest DIGEST = Sha256.of(new byte[0]);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong(1);

  private Progress progress() {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console =
        Console.of(
            new Environment(
                Map.of(), InputStream.nullInputStream(), stream, stream, Optional.empty()));
    return new Progress(new LogView(console, () -> LocalTime.NOON), now::get);
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aLayerHasOneLineForAllItsTargets() {
    Progress progress = progress();
    for (String target : List.of("a.example/x:1", "b.example/x:1")) {
      progress.on(new ShipmentEvent.LayerBegun("m", target, 100));
    }
    progress.on(new ShipmentEvent.LayerMoved("m", "a.example/x:1", 100));
    progress.on(new ShipmentEvent.LayerDone("m", "a.example/x:1", DIGEST, 100));
    assertThat(lines()).isEmpty();
    progress.on(new ShipmentEvent.LayerMoved("m", "b.example/x:1", 100));
    progress.on(new ShipmentEvent.LayerDone("m", "b.example/x:1", DIGEST, 100));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("m: in a.example/x:1, b.example/x:1 (100 B, ");
  }

  @Test
  void aTargetThatFailsHoldsNoLineBack() {
    Progress progress = progress();
    for (int i = 0; i < 9; i++) {
      progress.on(new ShipmentEvent.LayerBegun("m", "a-long-name.example/team/model-" + i, 100));
    }
    for (int i = 0; i < 8; i++) {
      progress.on(
          new ShipmentEvent.LayerDone("m", "a-long-name.example/team/model-" + i, DIGEST, 100));
    }
    assertThat(lines()).isEmpty();
    progress.on(
        new ShipmentEvent.TargetFailed(
            "a-long-name.example/team/model-8",
            new dev.modelcar.core.ModelcarException(
                dev.modelcar.core.CoreError.DISK_FAILED, "full")));
    assertThat(lines()).first().asString().contains("m: in 8 destinations (100 B");
  }

  @Test
  void noLineIsTooLong() {
    Progress progress = progress();
    progress.on(new ShipmentEvent.Begun(40, 4000, 0));
    for (int layer = 0; layer < 40; layer++) {
      for (int target = 0; target < 3; target++) {
        progress.on(
            new ShipmentEvent.LayerBegun(
                "model-000%02d-of-00040.safetensors".formatted(layer), "t" + target, 100));
      }
    }
    progress.tick();
    now.addAndGet(60_000_000_000L);
    progress.on(new ShipmentEvent.LayerMoved("model-00000-of-00040.safetensors", "t1", 50));
    assertThat(lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(200));
    assertThat(lines())
        .last()
        .asString()
        .contains("model-00000-of-00040.safetensors 0 % to 50 %")
        .endsWith("more layers");
  }
}
