package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.fetch.ModelFetcher;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubFault;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request that reads, from the hub or from a registry, goes wrong in every way. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 40, unit = TimeUnit.SECONDS)
final class ReadFaultsTest {
  private static final Set<HubRequestKind> HUB_KINDS =
      EnumSet.of(
          HubRequestKind.REVISION,
          HubRequestKind.TREE,
          HubRequestKind.RESOLVE_GET,
          HubRequestKind.RESOLVE_CACHE,
          HubRequestKind.CDN);

  private static final Set<RegistryRequestKind> REGISTRY_KINDS =
      EnumSet.of(RegistryRequestKind.MANIFEST_GET, RegistryRequestKind.BLOB_GET);

  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 1, 1 << 20);

  @TempDir static Path folder;

  record HubCase(HubRequestKind kind, Trouble trouble) {}

  record RegistryCase(RegistryRequestKind kind, Trouble trouble) {}

  record Special(String name, HubRequestKind kind, Fault fault, int times) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void writeModel() throws IOException {
    MODEL.writeTo(folder.resolve("model"));
  }

  static Stream<HubCase> hubCases() {
    return HUB_KINDS.stream().flatMap(kind -> Trouble.ALL.stream().map(t -> new HubCase(kind, t)));
  }

  static Stream<RegistryCase> registryCases() {
    return REGISTRY_KINDS.stream()
        .flatMap(kind -> Trouble.ALL.stream().map(t -> new RegistryCase(kind, t)));
  }

  private static void ship(Workbench bench, FakeHub hub, FakeRegistry registry) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      Workbench.succeed(
          bench.ship(Workbench.plan(snapshot), Workbench.in(registry, "team/model:1")));
    }
  }

  private static void isWhole(FakeRegistry registry) {
    registry.faults().clear();
    try (Workbench bench = Workbench.open()) {
      Verification found = bench.verifyDeeply(Workbench.in(registry, "team/model:1"));
      assertThat(found.problems()).isEmpty();
    }
  }

  private static void isNamed(ModelcarException e, Trouble trouble) {
    assertThat(e.code()).as(e.getMessage()).isIn(trouble.names());
    assertThat(e.getMessage()).doesNotContain("\n", "Signature", "null");
  }

  // ---- from the hub to a registry ----

  private static void ship(HubCase bad, int times) {
    try (FakeHub hub = FakeHub.start();
        FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      hub.add("org/model", MODEL);
      hub.faults().add(bad.kind(), 0, times, bad.trouble().fault());
      try {
        ship(bench, hub, registry);
      } catch (ModelcarException e) {
        if (times == 1 && bad.trouble().passes()) {
          throw e;
        }
        isNamed(e, bad.trouble());
        assertThat(registry.tags("team/model")).isEmpty();
        return;
      }
      assertThat(hub.faults().hits()).isPositive();
      isWhole(registry);
    }
  }

  @ParameterizedTest
  @MethodSource("hubCases")
  void aShipmentSurvivesTheHub(HubCase bad) {
    ship(bad, 1);
  }

  @ParameterizedTest
  @MethodSource("hubCases")
  void aHubThatAlwaysFailsHasAName(HubCase bad) {
    ship(bad, FaultPlan.ALWAYS);
  }

  static Stream<Special> specials() {
    return Stream.of(
        new Special("links expire", HubRequestKind.CDN, new HubFault.ExpiredUrl(), 3),
        new Special("flipped byte", HubRequestKind.CDN, new Fault.FlippedByte(900_000), 2),
        new Special("wrong range", HubRequestKind.CDN, new Fault.WrongContentRange(), 2),
        new Special("no ranges", HubRequestKind.CDN, new Fault.RangeIgnored(), FaultPlan.ALWAYS),
        new Special("compressed once", HubRequestKind.CDN, new Fault.GzipBody(), 1),
        new Special(
            "quota renewed at once", HubRequestKind.RESOLVE_GET, new HubFault.QuotaExhausted(0), 1),
        new Special(
            "cut after each 100 kB",
            HubRequestKind.CDN,
            new Fault.Truncate(100_000),
            FaultPlan.ALWAYS),
        new Special(
            "no commit in answers",
            HubRequestKind.RESOLVE_GET,
            new HubFault.MissingCommit(),
            FaultPlan.ALWAYS));
  }

  @ParameterizedTest
  @MethodSource("specials")
  void whatOnlyHubsDoIsOutlasted(Special bad) {
    try (FakeHub hub = FakeHub.start();
        FakeRegistry registry = FakeRegistry.start();
        Workbench bench =
            Workbench.impatient(Duration.ofSeconds(3), Timeouts.of(Duration.ofSeconds(2)))) {
      hub.add("org/model", MODEL);
      hub.faults().add(bad.kind(), 1, bad.times(), bad.fault());
      ship(bench, hub, registry);
      isWhole(registry);
      assertThat(hub.leakedTokens()).isZero();
    }
  }

  // ---- from the hub to a folder ----

  @ParameterizedTest
  @MethodSource("hubCases")
  void aFetchSurvivesTheHub(HubCase bad, @TempDir Path into) {
    try (FakeHub hub = FakeHub.start();
        Workbench bench = Workbench.hasty()) {
      hub.add("org/model", MODEL);
      hub.faults().add(bad.kind(), 0, 1, bad.trouble().fault());
      try (Snapshot snapshot = bench.hub(hub, "org/model")) {
        new ModelFetcher(into, 2, ShipmentListener.none(), InstantSource.system())
            .fetch(SelectionPolicy.serving().selectFiles(snapshot));
      } catch (ModelcarException e) {
        if (bad.trouble().passes()) {
          throw e;
        }
        isNamed(e, bad.trouble());
        return;
      }
      for (GeneratedFile file : MODEL.files()) {
        assertThat(into.resolve(file.path())).hasBinaryContent(file.content().bytes());
      }
    }
  }

  // ---- from a registry to another place ----

  @ParameterizedTest
  @MethodSource("registryCases")
  void aCopySurvivesTheRegistryThatItReads(RegistryCase bad) {
    try (FakeRegistry from = FakeRegistry.start();
        FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
        Workbench.succeed(bench.ship(Workbench.plan(snapshot), Workbench.in(from, "a/b:1")));
      }
      for (int times : List.of(1, FaultPlan.ALWAYS)) {
        from.faults().clear();
        from.faults().add(bad.kind(), 0, times, bad.trouble().fault());
        registry.forgetManifest("team/model", "1");
        try {
          Workbench.succeed(
              bench.copy(Workbench.in(from, "a/b:1"), Workbench.in(registry, "team/model:1")));
        } catch (ModelcarException e) {
          if (times == 1 && bad.trouble().passes()) {
            throw e;
          }
          assertThat(e.code()).isNotEqualTo(CoreError.UNEXPECTED);
          isNamed(e, bad.trouble());
          assertThat(registry.tags("team/model")).isEmpty();
          continue;
        }
        isWhole(registry);
      }
    }
  }
}
