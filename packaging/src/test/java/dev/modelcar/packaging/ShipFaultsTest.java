package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every request to a registry goes wrong in every way, once and always. What passes must not end a
 * shipment; what does not pass has its name; a success is one, byte by byte.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 40, unit = TimeUnit.SECONDS)
final class ShipFaultsTest {
  private static final Set<RegistryRequestKind> KINDS =
      EnumSet.of(
          RegistryRequestKind.PING,
          RegistryRequestKind.BLOB_HEAD,
          RegistryRequestKind.BLOB_GET,
          RegistryRequestKind.UPLOAD_START,
          RegistryRequestKind.UPLOAD_PATCH,
          RegistryRequestKind.UPLOAD_STATUS,
          RegistryRequestKind.UPLOAD_CLOSE,
          RegistryRequestKind.MANIFEST_PUT,
          RegistryRequestKind.MANIFEST_GET);

  /** Only these may have shown the image before they went wrong. */
  private static final Set<RegistryRequestKind> LAST =
      EnumSet.of(RegistryRequestKind.MANIFEST_PUT, RegistryRequestKind.MANIFEST_GET);

  private static final GeneratedModel MODEL = GeneratedModel.llama(61, 1, 1 << 20);

  @TempDir static Path folder;

  record Case(RegistryRequestKind kind, Trouble trouble) {
    /** A page where a registry should be means a wrong name, and is said at once. */
    boolean mustPass() {
      boolean wrongHost = kind == RegistryRequestKind.PING && trouble.name().equals("page of html");
      return trouble.passes() && !wrongHost;
    }
  }

  record Special(String name, RegistryRequestKind kind, Fault fault, int times) {
    @Override
    public String toString() {
      return name + ", " + times + " times";
    }
  }

  @BeforeAll
  static void writeModel() throws IOException {
    MODEL.writeTo(folder);
  }

  static Stream<Case> cases() {
    return KINDS.stream().flatMap(kind -> Trouble.ALL.stream().map(t -> new Case(kind, t)));
  }

  private static void ship(Workbench bench, FakeRegistry registry) {
    try (Snapshot snapshot = bench.folder(folder)) {
      Workbench.succeed(
          bench.ship(Workbench.plan(snapshot), Workbench.in(registry, "team/model:1")));
    }
  }

  /** Looks without faults, with the eyes of another client. */
  private static void isWhole(FakeRegistry registry) {
    registry.faults().clear();
    try (Workbench bench = Workbench.open();
        Snapshot snapshot = bench.folder(folder)) {
      String place = Workbench.in(registry, "team/model:1");
      assertThat(
              new ImageVerifier(bench.reader(place), 2)
                  .verifyAgainst(ImageReference.parse(place), Workbench.plan(snapshot).selection())
                  .problems())
          .isEmpty();
    }
  }

  private static void plan(FakeRegistry registry, Case bad, int times) {
    if (bad.kind() == RegistryRequestKind.UPLOAD_STATUS) {
      // Nobody asks how far an upload got unless something broke.
      registry
          .faults()
          .add(RegistryRequestKind.UPLOAD_PATCH, 0, 2, new Fault.Reset(When.IN_BODY, 700_000));
    }
    registry.faults().add(bad.kind(), 0, times, bad.trouble().fault());
  }

  @ParameterizedTest
  @CsvSource({
    "PING, 401, REGISTRY_UNAUTHORIZED",
    "PING, 403, REGISTRY_DENIED",
    "UPLOAD_START, 405, REGISTRY_REFUSED",
    "MANIFEST_PUT, 405, REGISTRY_REFUSED"
  })
  void aBareRefusalIsCalledWhatItIs(RegistryRequestKind kind, int status, OciError code) {
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      registry.faults().always(kind, new Fault.Status(status, Headers.of(), ""));
      assertThatThrownBy(() -> ship(bench, registry))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onceIsNotTheEnd(Case bad) {
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      plan(registry, bad, 1);
      try {
        ship(bench, registry);
      } catch (ModelcarException e) {
        if (bad.mustPass()) {
          throw e;
        }
        assertThat(e.code()).isIn(bad.trouble().names());
        showsNothing(registry, bad.kind());
        return;
      }
      assertThat(registry.faults().hits()).isPositive();
      isWhole(registry);
    }
  }

  private static void showsNothing(FakeRegistry registry, RegistryRequestKind kind) {
    if (!LAST.contains(kind)) {
      assertThat(registry.tags("team/model")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void alwaysHasAName(Case bad) {
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      plan(registry, bad, FaultPlan.ALWAYS);
      try {
        ship(bench, registry);
      } catch (ModelcarException e) {
        assertThat(e.code()).as(e.getMessage()).isIn(bad.trouble().names());
        assertThat(e.getMessage()).doesNotContain("\n", "_state=", "null");
        showsNothing(registry, bad.kind());
        return;
      }
      isWhole(registry);
    }
  }

  // ---- what only registries do ----

  static Stream<Special> specials() {
    return Stream.of(
        new Special(
            "wrong digest header",
            RegistryRequestKind.UPLOAD_CLOSE,
            new RegistryFault.WrongDigestHeader(),
            FaultPlan.ALWAYS),
        new Special(
            "no digest header",
            RegistryRequestKind.UPLOAD_CLOSE,
            new RegistryFault.MissingDigestHeader(),
            FaultPlan.ALWAYS),
        new Special(
            "wrong digest header",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.WrongDigestHeader(),
            FaultPlan.ALWAYS),
        new Special(
            "no place for the upload",
            RegistryRequestKind.UPLOAD_START,
            new RegistryFault.MissingLocation(),
            2),
        new Special(
            "no place after a piece",
            RegistryRequestKind.UPLOAD_PATCH,
            new RegistryFault.MissingLocation(),
            FaultPlan.ALWAYS),
        new Special(
            "range 0-0",
            RegistryRequestKind.UPLOAD_STATUS,
            new RegistryFault.ZeroRange(),
            FaultPlan.ALWAYS),
        new Special(
            "range behind",
            RegistryRequestKind.UPLOAD_STATUS,
            new RegistryFault.StaleRange(1000),
            1),
        new Special(
            "session vanished",
            RegistryRequestKind.UPLOAD_PATCH,
            new RegistryFault.SessionVanished(),
            2),
        new Special(
            "session vanished",
            RegistryRequestKind.UPLOAD_CLOSE,
            new RegistryFault.SessionVanished(),
            2),
        new Special(
            "session vanished",
            RegistryRequestKind.UPLOAD_STATUS,
            new RegistryFault.SessionVanished(),
            1),
        new Special(
            "blob vanished after its upload",
            RegistryRequestKind.UPLOAD_CLOSE,
            new RegistryFault.BlobVanished(),
            1),
        new Special(
            "blob vanished before the manifest",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.BlobVanished(),
            1),
        new Special(
            "blob vanished when looked for",
            RegistryRequestKind.BLOB_HEAD,
            new RegistryFault.BlobVanished(),
            1),
        new Special(
            "manifest not stored",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.ManifestNotStored(),
            2),
        new Special(
            "manifest altered",
            RegistryRequestKind.MANIFEST_PUT,
            new RegistryFault.ManifestAltered(),
            2),
        new Special(
            "blob that is not there",
            RegistryRequestKind.BLOB_HEAD,
            new RegistryFault.LyingHead(1_100_000),
            FaultPlan.ALWAYS));
  }

  @ParameterizedTest
  @MethodSource("specials")
  void habitsThatAreWrongAreOutlasted(Special bad) {
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      if (bad.kind() == RegistryRequestKind.UPLOAD_STATUS) {
        registry
            .faults()
            .add(RegistryRequestKind.UPLOAD_PATCH, 0, 2, new Fault.Reset(When.IN_BODY, 700_000));
      }
      registry.faults().add(bad.kind(), 0, bad.times(), bad.fault());
      ship(bench, registry);
      isWhole(registry);
    }
  }

  /** An upload that is sent to an address of a private network is not followed there. */
  @ParameterizedTest
  @EnumSource(names = {"UPLOAD_START", "UPLOAD_PATCH"})
  void placesOnOtherHostsAreNotTrusted(RegistryRequestKind kind) {
    try (FakeRegistry registry = FakeRegistry.start();
        FakeRegistry other = FakeRegistry.start();
        Workbench bench = Workbench.hasty()) {
      String root = "http://localhost:" + other.uri().getPort();
      registry.faults().always(kind, new RegistryFault.ForeignLocation(root));
      try {
        ship(bench, registry);
      } catch (ModelcarException e) {
        assertThat(e.code()).isEqualTo(HttpError.REDIRECT_REFUSED);
      }
      assertThat(other.requests()).isEmpty();
      assertThat(registry.tags("team/model")).isEmpty();
    }
  }

  /** The registry is gone for a moment, at each kind of request. */
  @ParameterizedTest
  @EnumSource(
      names = {"PING", "BLOB_HEAD", "UPLOAD_START", "UPLOAD_PATCH", "UPLOAD_CLOSE", "MANIFEST_PUT"})
  void aRestartOfTheRegistryIsOutlasted(RegistryRequestKind kind) {
    try (FakeRegistry registry = FakeRegistry.start();
        Workbench bench =
            Workbench.impatient(Duration.ofSeconds(4), Timeouts.of(Duration.ofSeconds(2)))) {
      AtomicBoolean once = new AtomicBoolean();
      registry
          .faults()
          .add(
              kind,
              target -> {
                if (once.compareAndSet(false, true)) {
                  registry.server().refuse();
                  CompletableFuture.delayedExecutor(150, TimeUnit.MILLISECONDS)
                      .execute(registry.server()::accept);
                  return true;
                }
                return false;
              },
              0,
              1,
              new Fault.Reset(When.BEFORE_BODY, 0));
      ship(bench, registry);
      isWhole(registry);
    }
  }

  static Stream<Habits> habits() {
    return Stream.of(
        Habits.distribution2(), Habits.distribution3(), Habits.zot(), Habits.quay(), Habits.ecr());
  }

  /** Three times broken in the middle: each kind of registry gets there in its own way. */
  @ParameterizedTest
  @MethodSource("habits")
  void brokenUploadsEndWellInEveryRegistry(Habits habits) {
    for (When when : List.of(When.IN_BODY, When.AFTER_BODY)) {
      try (FakeRegistry registry = FakeRegistry.start(habits);
          Workbench bench = Workbench.hasty()) {
        registry
            .faults()
            .add(RegistryRequestKind.UPLOAD_PATCH, 0, 3, new Fault.Reset(when, 600_000));
        ship(bench, registry);
        isWhole(registry);
      }
    }
  }
}
