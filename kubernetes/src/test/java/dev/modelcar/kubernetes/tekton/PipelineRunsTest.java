package dev.modelcar.kubernetes.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.testkit.server.Ending;
import dev.modelcar.testkit.server.Headers;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs on a cluster that loses connections, answers and itself. */
@Timeout(60)
final class PipelineRunsTest {
  private static final Headers TEXT = Headers.of("Content-Type", "text/plain");
  private static final RunSettings USUAL =
      new RunSettings(Optional.empty(), Map.of(), new VolumeGroup.Usual());

  private final FakeCluster cluster = new FakeCluster();
  private final PipelineRuns runs = cluster.runs();
  private final FakeCluster.Ear ear = new FakeCluster.Ear();

  @BeforeEach
  void fill() {
    cluster.tekton(
        "pipelines",
        "classic",
        """
        {"apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": {"name": "classic"}, "spec": {
          "workspaces": [{"name": "source"}],
          "tasks": [{"name": "pack", "taskRef": {"name": "build"}}]}}
        """);
    cluster.tekton(
        "tasks",
        "build",
        """
        {"apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": {"name": "build"}, "spec": {
          "steps": [{"name": "first"}, {"name": "second"}]}}
        """);
    cluster.taskRuns();
    cluster.pods();
    cluster.core("serviceaccounts", "modelcar");
    cluster.core("persistentvolumeclaims", "models");
  }

  @AfterEach
  void close() {
    runs.close();
    cluster.close();
  }

  private void run(String name, String spec, String status, String reason) {
    cluster.tekton(
        "pipelineruns",
        name,
        """
        {"apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": {"name": "%s"}, "spec": {%s},
         "status": {"conditions": [
           {"type": "Succeeded", "status": "%s", "reason": "%s", "message": "as it is"}],
          "pipelineSpec": {"tasks": [{"name": "pack", "taskRef": {"name": "build"}}]},
          "results": [{"name": "digest", "value": "sha256:1"}]}}
        """
            .formatted(name, spec, status, reason));
  }

  private static String taskRun(String status, String reason, int exitCode) {
    return """
    {"apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": {"name": "r-pack"}, "status": {
      "podName": "r-pack-pod", "steps": [{"terminated": {"exitCode": %d}}], "conditions": [
        {"type": "Succeeded", "status": "%s", "reason": "%s", "message": "of it"}]}}
    """
        .formatted(exitCode, status, reason);
  }

  private static String pod(String... states) {
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < states.length; i++) {
      containers.append(
          "%s{\"name\": \"step-%d\", \"state\": {\"%s\": {}}}"
              .formatted(i == 0 ? "" : ",", i + 1, states[i]));
    }
    return """
    {"metadata": {"name": "r-pack-pod", "labels": {"tekton.dev/taskRun": "r-pack"}},
     "status": {"containerStatuses": [%s]}}
    """
        .formatted(containers);
  }

  private static byte[] lines(String... texts) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      lines.append("2026-01-01T00:00:0%d.5Z %s\n".formatted(i, texts[i]));
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  // ---- following ----

  @Test
  void aClusterThatComesBackIsFollowedOn() {
    run("r", "", "True", "Completed");
    cluster.failNext(503, 9);
    RunOutcome outcome = runs.follow("r", ear);
    assertThat(outcome.succeeded()).isTrue();
    assertThat(outcome.results()).containsExactly(Map.entry("digest", "sha256:1"));
    assertThat(ear.heard()).containsExactly("away", "back");
  }

  @Test
  void oneThatRefusesSaysHowToFollowAgain() {
    run("r", "", "Unknown", "Running");
    cluster.failNext(403, 1);
    assertThatThrownBy(() -> runs.follow("r", ear))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_FORBIDDEN);
              assertThat(e.hint()).contains("`modelcar run --follow r`");
            })
        .hasMessageContaining("following the run r failed");
  }

  /** Proxies cut what is silent, with a word or without. */
  @ParameterizedTest
  @EnumSource
  void aLogThatIsCutGoesOnAndSaysNothingTwice(Ending ending) {
    run("r", "", "Unknown", "Running");
    cluster.taskRuns(taskRun("Unknown", "Running", 0));
    cluster.pods(pod("running"));
    List<String> asked = new CopyOnWriteArrayList<>();
    cluster.log(call -> {
      asked.add(call.rawQuery());
      if (asked.size() == 1) {
        byte[] all = lines("one", "two", "three");
        OutputStream body = call.streamChunked(200, TEXT);
        body.write(all, 0, all.length - 3);
        body.flush();
        call.end(ending);
      } else if (call.query("follow").isPresent()) {
        call.respond(200, TEXT, lines("one", "two", "three", "four"));
      } else {
        call.respond(200, TEXT, lines("one", "two", "three", "four", "the last word"));
      }
    });
    FakeCluster.Ear untilFour =
        new FakeCluster.Ear() {
          @Override
          public synchronized void line(String task, String text) {
            super.line(task, text);
            if (text.equals("four")) {
              cluster.pods(pod("terminated"));
              cluster.taskRuns(taskRun("True", "Succeeded", 0));
              run("r", "", "True", "Completed");
            }
          }
        };
    runs.follow("r", untilFour);
    assertThat(untilFour.heard().stream().filter(line -> line.startsWith("[")))
        .containsExactly(
            "[pack] one", "[pack] two", "[pack] three", "[pack] four", "[pack] the last word");
    assertThat(asked).allMatch(query -> query.contains("timestamps=true"));
    assertThat(asked.getLast()).contains("sinceTime=2026-01-01T00").doesNotContain("follow");
  }

  @Test
  void allStepsOfATaskThatHasEndedAreHeard() {
    run("r", "", "False", "Failed");
    cluster.taskRuns(taskRun("False", "StepFailed", 1));
    cluster.pods(pod("terminated", "terminated"));
    cluster.log(
        call -> call.respond(200, TEXT, lines("of " + call.query("container").orElseThrow())));
    RunOutcome outcome = runs.follow("r", ear);
    assertThat(ear.heard())
        .contains("[pack] of step-1", "[pack] of step-2", "pack: StepFailed (of it)");
    assertThat(outcome.failures())
        .containsExactly(new FailedTask("pack", "StepFailed", "of it", false));
    assertThat(outcome.seen().objects().stream().map(KubeObject::kind))
        .containsExactly("PipelineRun", "TaskRun", "Pod");
    assertThat(outcome.seen().logs())
        .extracting(ContainerLog::container, ContainerLog::lines)
        .containsExactly(
            tuple("step-1", List.of("of step-1")), tuple("step-2", List.of("of step-2")));
  }

  @ParameterizedTest
  @CsvSource({"2, true", "4, true", "5, true", "6, false", "8, false", "143, false"})
  void theExitCodeSaysWhetherTheSameWouldFailAgain(int code, boolean permanent) {
    run("r", "", "False", "Failed");
    cluster.taskRuns(taskRun("False", "StepFailed", code));
    cluster.pods(pod("terminated"));
    assertThat(runs.follow("r", ear).failures())
        .singleElement()
        .satisfies(task -> assertThat(task.permanent()).isEqualTo(permanent));
  }

  @Test
  void ofALongLogTheEndIsKept() {
    run("r", "", "False", "Failed");
    cluster.taskRuns(taskRun("False", "StepFailed", 1));
    cluster.pods(pod("terminated"));
    String all =
        IntStream.rangeClosed(1, 2500)
            .mapToObj("2026-01-01T00:00:00.5Z line %d\n"::formatted)
            .collect(Collectors.joining());
    cluster.log(call -> call.respond(200, TEXT, all.getBytes(StandardCharsets.UTF_8)));
    assertThat(runs.follow("r", ear).seen().logs())
        .singleElement()
        .satisfies(log -> assertThat(log.lines()).hasSize(2000).endsWith("line 2500"));
  }

  @Test
  void aPodThatStaysPendingTellsWhatTheClusterWarnsOf() {
    run("r", "", "Unknown", "Running");
    cluster.taskRuns(taskRun("Unknown", "Pending", 0));
    cluster.pods(pod().replace("\"status\": {", "\"status\": {\"phase\": \"Pending\", "));
    cluster.events("other-pod FailedMount no", "r-pack-pod FailedMount secret x not found");
    AtomicInteger heard = new AtomicInteger();
    FakeCluster.Ear untilWarned =
        new FakeCluster.Ear() {
          @Override
          public synchronized void task(String task, String reason, String message) {
            super.task(task, reason, message);
            if (heard.incrementAndGet() == 2) {
              run("r", "", "False", "Cancelled");
            }
          }
        };
    runs.follow("r", untilWarned);
    assertThat(untilWarned.heard())
        .containsExactlyInAnyOrder(
            "pack: Pending (of it)", "pack: FailedMount (secret x not found)");
  }

  /** A pod that waits says why, and its first word is not its last. */
  @Test
  void aNewMessageOfTheSameReasonIsTold() {
    run("r", "", "Unknown", "Running");
    String pending = taskRun("Unknown", "Pending", 0);
    cluster.taskRuns(pending);
    AtomicInteger looks = new AtomicInteger();
    FakeCluster.Ear changing =
        new FakeCluster.Ear() {
          @Override
          public synchronized void task(String task, String reason, String message) {
            super.task(task, reason, message);
            if (looks.getAndIncrement() == 0) {
              cluster.taskRuns(pending.replace("of it", "0/3 nodes are available"));
            } else {
              run("r", "", "False", "Cancelled");
            }
          }
        };
    runs.follow("r", changing);
    assertThat(changing.heard())
        .containsExactly("pack: Pending (of it)", "pack: Pending (0/3 nodes are available)");
  }

  // ---- starting ----

  private static RunRequest request(RunSettings settings) {
    return new RunRequest(
        "classic",
        Optional.empty(),
        Map.of(),
        Map.of("source", "pvc:models"),
        "modelcar",
        settings);
  }

  @ParameterizedTest
  @CsvSource({
    "secret:login, Secret login",
    "configmap:cas, ConfigMap cas",
    "pvc:modles, PersistentVolumeClaim modles"
  })
  void whatARunRefersToIsLookedForFirst(String workspace, String says) {
    RunRequest request =
        new RunRequest(
            "classic", Optional.empty(), Map.of(), Map.of("source", workspace), "modelcar", USUAL);
    assertThatThrownBy(() -> runs.start(request))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_OBJECT_NOT_FOUND))
        .hasMessage(says + " not found in the namespace models");
    run(
        "r",
        "\"workspaces\": [{\"name\": \"x\", \"secret\": {\"secretName\": \"gone\"}}]",
        "False",
        "Failed");
    assertThatThrownBy(() -> runs.startAnew("r", USUAL, ear)).hasMessageContaining("Secret gone");
    assertThat(cluster.created()).isEmpty();
  }

  @Test
  void theServiceAccountIsLookedForFirst() {
    RunRequest request =
        new RunRequest(
            "classic", Optional.empty(), Map.of(), Map.of("source", "pvc:models"), "nobody", USUAL);
    assertThatThrownBy(() -> runs.start(request))
        .hasMessage("ServiceAccount nobody not found in the namespace models")
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.hint()).contains("modelcar render", "--service-account"));
  }

  @Test
  void whatMayNotBeSeenIsNotMissed() {
    cluster.forbid("secrets");
    runs.start(
        new RunRequest(
            "classic",
            Optional.empty(),
            Map.of(),
            Map.of("source", "secret:any"),
            "modelcar",
            USUAL));
    assertThat(cluster.created()).hasSize(1);
  }

  @Test
  void aVolumeThatIsBeingDeletedTakesNoRun() {
    cluster.core(
        "persistentvolumeclaims", "models", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"");
    assertThatThrownBy(() -> runs.start(request(USUAL)))
        .hasMessageContaining("models is being deleted");
    assertThat(cluster.created()).isEmpty();
  }

  @Test
  void aRunThatIsNotThereIsNamedWithTheWayToFindOthers() {
    assertThatThrownBy(() -> runs.find("nosuchrun"))
        .hasMessage("PipelineRun nosuchrun not found in the namespace models")
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.hint()).contains("`kubectl -n models get pipelineruns`"));
  }

  @Test
  void anAnswerThatIsLostStartsNoSecondRun() {
    cluster.loseAnswer(504);
    String name = runs.start(request(USUAL));
    assertThat(name).matches("classic-[a-z0-9]{5}");
    assertThat(cluster.created())
        .singleElement()
        .satisfies(run -> assertThat(run.at("/metadata/name").asText()).isEqualTo(name));
  }

  @ParameterizedTest
  @CsvSource({"apps, 65532", "security.openshift.io, 0"})
  void newVolumesAreGivenToTheImagesGroupWhereTheClusterHasNoRuleOfItsOwn(
      String group, long expected) {
    cluster.group(group);
    runs.start(request(USUAL));
    assertThat(fsGroup()).isEqualTo(expected);
  }

  @Test
  void theGroupOfVolumesIsTheUsersChoice() {
    runs.start(request(new RunSettings(Optional.empty(), Map.of(), new VolumeGroup.Gid(1234))));
    assertThat(fsGroup()).isEqualTo(1234);
    runs.start(request(new RunSettings(Optional.empty(), Map.of(), new VolumeGroup.None())));
    assertThat(fsGroup()).isZero();
  }

  private long fsGroup() {
    return cluster.spec().at("/taskRunTemplate/podTemplate/securityContext/fsGroup").asLong();
  }

  @Test
  void aRunIsStartedOnceMoreWithMoreMemoryAndTime() {
    run(
        "r",
        "\"pipelineRef\": {\"name\": \"classic\"}, \"params\": [{\"name\": \"a\", \"value\": \"b\"}]",
        "False",
        "Failed");
    RunSettings more =
        new RunSettings(
            Optional.of(Duration.ofHours(3)), Map.of("pack", 2048L), new VolumeGroup.Usual());
    runs.startAnew("r", more, ear);
    assertThat(cluster.spec().at("/params/0/value").asText()).isEqualTo("b");
    assertThat(cluster.spec().at("/timeouts/pipeline").asText()).isEqualTo("3h0m0s");
    assertThat(cluster.spec().at("/taskRunSpecs/0/stepSpecs").findValuesAsText("name"))
        .isEqualTo(List.of("first", "second"));
    assertThat(
            cluster
                .spec()
                .at("/taskRunSpecs/0/stepSpecs/0/computeResources/limits/memory")
                .asText())
        .isEqualTo("2048");
  }

  @ParameterizedTest
  @CsvSource({"'', has not ended", "'\"status\": \"PipelineRunPending\"', has not started"})
  void aRunThatGoesOnOrWaitsIsNotStartedOnceMore(String spec, String says) {
    run("r", spec, "Unknown", "Running");
    assertThatThrownBy(() -> runs.startAnew("r", USUAL, ear))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_REFUSED))
        .hasMessageContaining(says);
    assertThat(cluster.created()).isEmpty();
  }
}
