package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals in the middle of a shipment: it ends at once, says so, and nothing is published. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class InterruptTest {
  /** The program gives itself two seconds; a busy machine may need some more to notice. */
  private static final Duration SOON = Duration.ofSeconds(6);

  @TempDir Path folder;

  private final GeneratedModel model = GeneratedModel.llama(4, 2, 48 << 20);

  private static void send(String signal, ChildProcess child) throws Exception {
    // Every shell has it; small systems have no program of that name.
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + child.pid()).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static CountDownLatch whenUploading(Places places) {
    CountDownLatch uploading = new CountDownLatch(1);
    places
        .registry()
        .faults()
        .add(
            RegistryRequestKind.UPLOAD_PATCH,
            target -> {
              uploading.countDown();
              return false;
            },
            0,
            1,
            new Fault.Garbage());
    return uploading;
  }

  private Map<String, String> variables(Places places, FakeHub hub) {
    Map<String, String> variables = new HashMap<>(places.variables());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    return variables;
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aShipmentEndsAtOnceAndCanBeRunAgain(String signal, int code) throws Exception {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      hub.add("org/model", model);
      hub.rateLimit(1 << 20);
      CountDownLatch uploading = whenUploading(places);
      List<String> words = new ArrayList<>(List.of("ship", "hf://org/model"));
      words.addAll(places.options());
      try (ChildProcess child =
          ChildCli.start(folder, variables(places, hub), ChildCli.Rights.usual(), words)) {
        assertThat(uploading.await(60, TimeUnit.SECONDS)).as(child.output()).isTrue();
        send(signal, child);
        assertThat(child.await(SOON)).as(child.output()).hasValue(code);
        assertThat(child.output())
            .contains("error id: stopped")
            .contains("Run the same command again; what has arrived is not sent twice.")
            .doesNotContain("    at ");
      }
      places.showNothing();
      hub.rateLimit(Long.MAX_VALUE);
      Run.of(variables(places, hub), places.options(), "ship", "hf://org/model").succeeds();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aFetchEndsAtOnceAndGoesOnLater(String signal, int code) throws Exception {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      hub.add("org/model", model);
      hub.rateLimit(1 << 20);
      CountDownLatch reading = new CountDownLatch(2);
      hub.faults()
          .add(
              HubRequestKind.CDN,
              target -> {
                reading.countDown();
                return false;
              },
              0,
              1,
              new Fault.Garbage());
      String into = folder.resolve("fetched").toString();
      try (ChildProcess child =
          ChildCli.start(
              folder,
              variables(places, hub),
              ChildCli.Rights.usual(),
              List.of("fetch", "hf://org/model", into))) {
        assertThat(reading.await(60, TimeUnit.SECONDS)).as(child.output()).isTrue();
        send(signal, child);
        assertThat(child.await(SOON)).as(child.output()).hasValue(code);
        assertThat(child.output()).contains("error id: stopped").doesNotContain("    at ");
      }
      assertThat(Path.of(into, "model-00001-of-00002.safetensors")).doesNotExist();
      hub.rateLimit(Long.MAX_VALUE);
      Run.of(variables(places, hub), "fetch", "hf://org/model", into).succeeds();
      assertThat(Path.of(into, "model-00001-of-00002.safetensors"))
          .hasDigest("SHA-256", model.file("model-00001-of-00002.safetensors").sha256());
    }
  }

  /** A registry that does not respond holds up the end, but not what is known of the others. */
  @Test
  void aPreflightThatIsStoppedSaysWhatItKnows() throws Exception {
    Path files = folder.resolve("model");
    GeneratedModel.llama(82, 2, 64 << 10).writeTo(files);
    CountDownLatch asked = new CountDownLatch(1);
    try (TestServer silent =
            TestServer.start(call -> {
              asked.countDown();
              call.hang();
            });
        ChildProcess child =
            ChildCli.start(
                folder,
                Map.of("HOME", folder.toString()),
                ChildCli.Rights.usual(),
                List.of(
                    "preflight",
                    files.toString(),
                    "--base=none",
                    "--to=no/reference",
                    "--to=http://" + silent.authority() + "/team/m:1"))) {
      assertThat(asked.await(60, TimeUnit.SECONDS)).as(child.output()).isTrue();
      send("TERM", child);
      assertThat(child.await(SOON)).as(child.output()).hasValue(143);
      assertThat(child.output()).contains("error id: target-invalid", "error id: stopped");
    }
  }
}
