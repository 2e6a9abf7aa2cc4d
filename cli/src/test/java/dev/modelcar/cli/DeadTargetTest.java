package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One of two registries is down: the other is served, and the one is waited for once. */
@Timeout(60)
final class DeadTargetTest {
  /** One wait, however short, has so many. */
  private static final int TRIES = 3;

  private static final int PARTLY = CoreError.TARGETS_PARTLY_FAILED.category().exitCode();

  @TempDir Path folder;

  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry living = FakeRegistry.start();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final TestServer dead =
      TestServer.start(call -> {
        requests.add(call.path());
        call.respond(503, Headers.of());
      });

  @BeforeEach
  void prepare() {
    hub.add("org/model", GeneratedModel.llama(5, 2, 64 << 10));
  }

  @AfterEach
  void close() {
    hub.close();
    living.close();
    dead.close();
  }

  private static String place(String authority) {
    return "http://" + authority + "/team/model:1";
  }

  private Run run(String... words) {
    requests.clear();
    Run run =
        Run.of(
            Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString()),
            List.of("--retry-for=1ms"),
            words);
    assertThat(requests).as(run.err()).hasSize(TRIES).containsOnly("/v2/");
    return run;
  }

  private Run both(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--base=none", "--state-dir=none"));
    all.addAll(List.of("--to", place(dead.authority()), "--to", place(living.authority())));
    return run(all.toArray(String[]::new));
  }

  private void names(Run run) {
    assertThat(run.code()).as(run.err()).isEqualTo(PARTLY);
    run.says(dead.authority() + "/team/model:1: ").says(OciError.REGISTRY_UNAVAILABLE.id());
  }

  @Test
  void aPlanShowsWhatTheLivingOneIsMissing() {
    Run plan = both("plan", "hf://org/model");
    names(plan);
    assertThat(plan.out())
        .contains("to move to " + living.authority())
        .doesNotContain("to move to " + dead.authority());
    names(both("ship", "hf://org/model", "--dry-run"));
  }

  @Test
  void aPlanForAPipelineLeavesTheRestToTheTasksThatFollow() throws Exception {
    Path results = folder.resolve("results");
    both("plan", "hf://org/model", "--parts=2", "--accept-partial", "--results-dir=" + results)
        .succeeds()
        .says(OciError.REGISTRY_UNAVAILABLE.id());
    assertThat(results.resolve("PARTS")).hasContent("[\"1/2\",\"2/2\"]");
  }

  @Test
  void theLivingOneIsSealed() {
    names(both("ship", "hf://org/model", "--part=1/2"));
    both("ship", "hf://org/model", "--part=2/2", "--accept-partial").succeeds();
    names(both("seal", "hf://org/model", "--parts=2"));
    assertThat(living.tags("team/model")).containsExactly("1");
  }

  @Test
  void theLivingOneIsVerifiedAndReportedOn() throws Exception {
    names(both("ship", "hf://org/model"));
    String digest = living.manifest("team/model", "1").orElseThrow().digest();
    Path results = folder.resolve("results");
    Run verified =
        run(
            "verify",
            place(dead.authority()),
            place(living.authority()),
            place(dead.authority()),
            "--results-dir=" + results);
    names(verified);
    assertThat(verified.out()).contains(digest + ": good");
    assertThat(results.resolve("IMAGE_DIGEST")).hasContent(digest);
    assertThat(results.resolve("VERIFIED")).hasContent("false");
    Run report =
        run(
                "report",
                "--status=Failed",
                "--task=ship=Failed/StepFailed",
                "--to",
                place(dead.authority()),
                "--to",
                place(living.authority()),
                "--results-dir=" + results)
            .succeeds();
    assertThat(report.out())
        .contains(
            place(living.authority()) + ": has " + digest + ", from this run or an earlier one")
        .contains(OciError.REGISTRY_UNAVAILABLE.id());
    assertThat(Files.readString(results.resolve("SUMMARY")))
        .startsWith("ship failed (StepFailed); ");
  }

  @Test
  void withoutALivingOneThereIsNothingToDo() {
    run(
            "plan",
            "hf://org/model",
            "--base=none",
            "--to",
            place(dead.authority()),
            "--accept-partial")
        .failsWith(OciError.REGISTRY_UNAVAILABLE);
  }
}
