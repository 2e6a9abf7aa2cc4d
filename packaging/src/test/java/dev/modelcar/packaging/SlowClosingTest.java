package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that takes its time over the end of an upload keeps no other layer waiting. */
final class SlowClosingTest {
  private static final int SHARDS = 3;

  @Test
  void theNextLayerMovesWhileARegistryStillClosesTheOneBefore(@TempDir Path folder)
      throws Exception {
    GeneratedModel model = GeneratedModel.llama(5, SHARDS, 40L << 20);
    model.writeTo(folder.resolve("model"));
    CountDownLatch second = new CountDownLatch(2);
    AtomicReference<Optional<Boolean>> overlapped = new AtomicReference<>(Optional.empty());
    Predicate<String> begins =
        upload -> {
          second.countDown();
          return false;
        };
    Predicate<String> waitsForTheSecond =
        upload -> {
          try {
            // Shorter than the client's patience, so that a shipment in sequence would only be
            // slow.
            boolean begun = second.await(5, TimeUnit.SECONDS);
            overlapped.compareAndSet(Optional.empty(), Optional.of(begun));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return false;
        };
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.open();
        Snapshot snapshot = bench.folder(folder.resolve("model"))) {
      Fault never = new Fault.Garbage();
      registry.faults().add(RegistryRequestKind.UPLOAD_PATCH, begins, 0, 1, never);
      registry.faults().add(RegistryRequestKind.UPLOAD_CLOSE, waitsForTheSecond, 0, 1, never);
      ShipmentReport report =
          Shipper.to(bench.targets(Workbench.in(registry, "team/model:1")))
              .parallel(1)
              .ship(Workbench.plan(snapshot));
      assertThat(report.isComplete()).isTrue();
      assertThat(overlapped.get()).as("at the first end of an upload").contains(true);
      assertThat(registry.tags("team/model")).containsExactly("1");
    }
  }
}
