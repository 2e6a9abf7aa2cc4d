package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that come to no good end, what they say of it, and how the next one goes on. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailedRunsTest {
  private static final int USAGE = 2;
  private static final int RUN_FAILED = 6;
  private static final int SHARDS = 8;
  private static final long SHARD = 32L << 20;

  /** As many as move at once. */
  private static final int OPEN = 4;

  /** Documents, small files, headers of tar. */
  private static final long SMALL = 4L << 20;

  private Pipelines pipelines;

  @BeforeAll
  void prepare(Pipelines given) {
    pipelines = given;
    GeneratedModel model = GeneratedModel.llama(21, SHARDS, SHARD);
    model.hashAll();
    pipelines.hub().add("team/model", model);
  }

  private ChildProcess ship(String pipeline, FakeRegistry sink, String... words)
      throws IOException {
    String[] all = new String[words.length + 4];
    all[0] = "-p";
    all[1] = "source=hf://team/model";
    all[2] = "-p";
    all[3] = "targets=" + pipelines.place(sink) + "/team/model:v1";
    System.arraycopy(words, 0, all, 4, words.length);
    return pipelines.run(pipeline, all);
  }

  @Test
  void aTaskThatIsKilledForItsMemorySaysSoAndSucceedsWithMore() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run = ship("modelcar-ship-pipeline", sink, "--task-memory", "ship=40MiB")) {
      String output = Pipelines.outputOf(run, RUN_FAILED);
      assertThat(output)
          .contains("[report]   ship: Failed (StepOOM): A step used more memory than its limit")
          .contains("[report]   verify: did not run")
          .contains(
              "  | ship: StepOOM (", "  | cause: The step ship used more memory than its limit")
          .contains("limits.memory: 41943040", "--task-memory ship=80MiB`")
          .contains("error id: run-failed")
          .contains("`modelcar diagnose pipelinerun/" + Pipelines.nameOf(run) + "` reads it")
          .doesNotContain("ship: Succeeded");
      assertThat(sink.tags("team/model")).doesNotContain("v1");
      try (ChildProcess again =
          pipelines.resume(Pipelines.nameOf(run), "--task-memory", "ship=640MiB")) {
        Pipelines.outputOf(again);
        String pod =
            pipelines.field("taskrun/" + Pipelines.nameOf(again) + "-ship", ".status.podName");
        String resources = pipelines.field("pod/" + pod, ".spec.containers[0].resources");
        assertThat(resources)
            .as("more memory, and the processor as before")
            .contains("\"cpu\":\"500m\"")
            .contains("\"memory\":\"671088640\"");
        assertThat(sink.tags("team/model")).contains("v1");
      }
    }
  }

  @Test
  void aRunThatNobodyFollowsIsFollowedLaterFromItsFirstLine() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess started = ship("modelcar-ship-pipeline", sink, "--detach")) {
      String name = Pipelines.awaitWords(started, "^(modelcar-ship-\\S+)$");
      for (String when : List.of("under way", "ended")) {
        try (ChildProcess run = pipelines.follow(name)) {
          String output = Pipelines.outputOf(run);
          assertThat(output)
              .as(when)
              .contains("run " + name + " in namespace")
              .contains("ship: Succeeded")
              .containsOnlyOnce("[report] run " + name);
          assertThat(Pipelines.result(output, "image-digest")).startsWith("sha256:");
        }
      }
    }
  }

  /** Tekton takes it, and the login is lost. */
  @Test
  void aWorkspaceThatThePipelineDoesNotHaveIsRefused() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run = ship("modelcar-ship-pipeline", sink, "-w", "registry-auth=secret:any")) {
      assertThat(Pipelines.outputOf(run, USAGE))
          .contains("no workspace registry-auth; it has ca, dockerconfig")
          .doesNotContain("in namespace");
    }
  }

  @Test
  void theEndOfTheTimeForAllTasksIsTold() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run = ship("modelcar-ship-pipeline", sink, "--timeout", "90s")) {
      sink.rateLimit(256 << 10);
      String output = Pipelines.outputOf(run, RUN_FAILED);
      assertThat(output)
          .contains("[ship]   error id: stopped")
          .contains(
              "[report]   ship: Failed (TaskRunCancelled): Not proven: the task was cancelled: by a user, or by")
          .contains("PipelineRunTimeout")
          .contains("the PipelineRun it belongs to has timed out")
          .contains("error id: run-failed");
    }
  }

  @Test
  void theEndOfTheTimeForOneTaskIsTold() throws IOException {
    pipelines.copyPipeline("modelcar-ship-pipeline", "hasty");
    pipelines.patch(
        "pipeline/hasty",
        """
        [{"op": "replace", "path": "/spec/tasks/2/timeout", "value": "15s"},
         {"op": "replace", "path": "/spec/tasks/2/retries", "value": 0}]
        """);
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run = ship("hasty", sink)) {
      sink.rateLimit(256 << 10);
      String output = Pipelines.outputOf(run, RUN_FAILED);
      assertThat(output)
          .contains("[ship]   error id: stopped")
          .contains(
              "[report]   ship: Failed (TaskRunTimeout): The task did not finish within its timeout")
          .contains("  | ship: TaskRunTimeout (")
          .contains("error id: run-failed");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aRunThatIsCancelledReportsAndGoesOnLater(String signal, int code) throws IOException {
    try (FakeRegistry sink = Pipelines.sink()) {
      sink.rateLimit(4L << 20);
      String run = cancelInTheMiddle(sink, signal, code);
      sink.rateLimit(Long.MAX_VALUE);
      try (ChildProcess again = pipelines.resume(run)) {
        String output = Pipelines.outputOf(again);
        assertThat(pipelines.field("pipelinerun/" + run, ".status.conditions[0].reason"))
            .isEqualTo("Cancelled");
        assertThat(pipelines.field("taskrun/" + run + "-report", ".status.results"))
            .contains("a new run reuses");
        long moved = Long.parseLong(Pipelines.result(output, "bytes-moved"));
        long reused = Long.parseLong(Pipelines.result(output, "bytes-reused"));
        assertThat(reused).as("what had arrived").isGreaterThan(OPEN * SHARD);
        assertThat(moved + reused).isBetween(SHARDS * SHARD, SHARDS * SHARD + SMALL);
        assertThat(sink.bytesReceived()).isLessThan((SHARDS + OPEN) * SHARD + SMALL);
        assertThat(sink.tags("team/model")).contains("v1");
      }
    }
  }

  /** Sends a signal to a run when a layer of the second half is on its way. */
  private String cancelInTheMiddle(FakeRegistry sink, String signal, int code) throws IOException {
    try (ChildProcess run = ship("modelcar-ship-pipeline", sink, "--cancel")) {
      String name = Pipelines.nameOf(run);
      Pipelines.awaitBytes(run, sink, (OPEN + 1) * SHARD + SMALL);
      Programs.run(pipelines.folder(), "kill", "-" + signal, Long.toString(run.pid()));
      String output = Pipelines.outputOf(run, code);
      assertThat(output)
          .contains("cancelled " + name + "; its report task still runs")
          .contains("error id: stopped")
          .contains(
              "`modelcar run --resume " + name + "` starts it again and keeps what has arrived.");
      return name;
    }
  }
}
