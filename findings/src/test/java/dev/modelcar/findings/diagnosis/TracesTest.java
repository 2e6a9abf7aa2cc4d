package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.CaseFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that have only a part of what happened: named where it is proven, else not judged. */
final class TracesTest {
  @TempDir Path folder;

  private Report diagnose(Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(CaseFolder.read(folder));
  }

  private static List<String> causes(Report report) {
    return report.findings().stream()
        .filter(finding -> finding.role() == Role.CAUSE)
        .map(Finding::rule)
        .toList();
  }

  private static String event(String kind, String name, String type, String text, String time) {
    return """
    ---
    apiVersion: v1
    kind: Event
    metadata: {name: e%s, namespace: models}
    involvedObject: {kind: %s, name: %s, namespace: models}
    type: %s
    reason: %s
    message: '%s'
    lastTimestamp: '2026-01-01T%s:00Z'
    """
        .formatted(
            time.replace(":", ""),
            kind,
            name,
            type,
            text.split(": ", 2)[0],
            text.split(": ", 2)[1].replace("'", "''"),
            time);
  }

  @Test
  void eventsAloneTell() throws IOException {
    String old =
        event(
            "Pod",
            "llm-0",
            "Warning",
            "FailedScheduling: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
            "06:00");
    String pull =
        event(
            "Pod",
            "llm-0",
            "Warning",
            "Failed: Failed to pull image \"quay.io/team/m:v1\": 401 UNAUTHORIZED",
            "07:00");
    Report report = diagnose(Map.of("events.yaml", old + pull));
    assertThat(causes(report)).containsExactly("pull-unauthorized");
    assertThat(report.gaps())
        .singleElement()
        .asString()
        .contains("state of pod/llm-0 is not known");
  }

  @Test
  void eventsOfWhatWentOnAreNoFailure() throws IOException {
    String pull =
        event(
            "Pod",
            "llm-0",
            "Warning",
            "Failed: Failed to pull image \"quay.io/team/m:v1\": 401 UNAUTHORIZED",
            "07:00");
    String started = event("Pod", "llm-0", "Normal", "Started: Started container main", "07:05");
    Report report = diagnose(Map.of("events.yaml", pull + started));
    assertThat(report.findings()).isEmpty();
    assertThat(report.isJudged()).isFalse();
  }

  @Test
  void aRefusedReplicaSetTells() throws IOException {
    String set =
        "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d, namespace: models}, spec: {replicas: 1}, status: {replicas: %d}}\n";
    String event =
        event(
            "ReplicaSet",
            "d",
            "Warning",
            "FailedCreate: Error creating: pods \"d-1\" is forbidden: violates PodSecurity \"restricted:latest\": privileged",
            "07:00");
    assertThat(causes(diagnose(Map.of("set.yaml", set.formatted(0) + event))))
        .containsExactly("pod-security-refused");
    Report healthy = diagnose(Map.of("set.yaml", set.formatted(1) + event));
    assertThat(causes(healthy)).isEmpty();
    assertThat(healthy.isJudged()).isTrue();
  }

  @Test
  void aLogAloneTells() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "ship-pod.step-run.log",
                "Copying blob\nError: writing blob: write /data/x: no space left on device\n"));
    assertThat(causes(report)).containsExactly("disk-full");
    assertThat(report.gaps()).hasSize(1);
  }

  @Test
  void aLogThatEndsWellOrInUnknownWordsIsNotJudged() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "a.step-run.log",
                    "Error: write /data/x: no space left on device\nretrying\nDone.\n",
                "b.step-run.log", "Error: bad wobble\n",
                "llm-0.main.log", "INFO: 404 The model `x` does not exist.\n"));
    assertThat(report.findings()).isEmpty();
    assertThat(report.isJudged()).isFalse();
    assertThat(report.subjects()).hasSize(3).allMatch(subject -> subject.endsWith("not judged"));
  }

  @Test
  void aManifestIsNotJudged() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "m.yaml",
                "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: m}, spec: {predictor: {}}}"));
    assertThat(report.isJudged()).isFalse();
    assertThat(report.gaps()).singleElement().asString().contains("no status");
  }

  @Test
  void readsWhatKubectlPrints() throws IOException {
    String described =
        """
        Name:             llm-0
        Namespace:        models
        Status:           Pending
        Init Containers:
          storage-initializer:
            State:          Waiting
              Reason:       ImagePullBackOff
            Ready:          False
            Restart Count:  0
        Containers:
          main:
            State:          Waiting
              Reason:       PodInitializing
            Ready:          False
        Events:
          Type     Reason     Age                From      Message
          ----     ------     ----               ----      -------
          Normal   Scheduled  2m                 default-scheduler  Successfully assigned models/llm-0 to n1
          Warning  Failed     1m (x4 over 2m)    kubelet   Failed to pull image "quay.io/team/m:v1": rpc error: code = NotFound desc = failed to pull: manifest unknown
        """;
    Report report = diagnose(Map.of("pod.txt", described));
    assertThat(causes(report)).containsExactly("pull-not-found");
    assertThat(report.subjects()).containsExactly("pod/llm-0: failing");
  }

  @Test
  void readsAListOfEvents() throws IOException {
    String listed =
        """
        LAST SEEN   TYPE      REASON         OBJECT                MESSAGE
        5m          Warning   FailedCreate   replicaset/llm-7d     Error creating: pods "llm-7d-abc" is forbidden: exceeded quota: compute, requested: limits.memory=64Gi
        10m         Normal    Pulled         pod/other             Container image already present
        """;
    assertThat(causes(diagnose(Map.of("events.txt", listed)))).containsExactly("quota-exceeded");
  }

  @Test
  void readsLogsOfSeveralContainersInOneFile() throws IOException {
    String task =
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: pr-build, namespace: models, labels: {tekton.dev/pipelineTask: build}}
        status:
          podName: pr-build-pod
          conditions: [{type: Succeeded, status: 'False', reason: Failed, message: m}]
          steps:
            - {name: prep, container: step-prep, terminated: {exitCode: 0, reason: Completed}}
            - {name: run, container: step-run, terminated: {exitCode: 1, reason: Error}}
        """;
    String error = "Error: write /data/x: no space left on device\n";
    for (String lines :
        List.of(
            "[pod/pr-build-pod/step-prep] ok\n[pod/pr-build-pod/step-run] " + error,
            "[build : prep] ok\n[build : run] " + error)) {
      Report report = diagnose(Map.of("task.yaml", task, "all.log", lines));
      assertThat(causes(report)).containsExactly("disk-full");
      assertThat(report.gaps()).isEmpty();
    }
  }

  @Test
  void saysWhatCannotBeRead() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "bad.json", "{\"kind\": \"Pod\", ",
                "null.json", "null",
                "pod.json", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":5}",
                "good.yaml",
                    "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}"));
    assertThat(report.gaps())
        .containsExactlyInAnyOrder(
            "bad.json: not JSON at line 1, column 17: the text ends early",
            "null.json has no Kubernetes object",
            "pod.json: a Pod without a name");
    assertThat(report.isJudged()).isTrue();
  }

  /** The same words are said to a push without a login. */
  @Test
  void aMissingRightIsProvenOnlyIfALoginWasSent() throws IOException {
    String denied = "denied: requested access to the resource is denied";
    assertThat(
            diagnose(Map.of("a.step-run.log", "Error: " + denied)).findings().getFirst().proven())
        .isFalse();
    Report report = diagnose(Map.of("a.step-run.log", "Login Succeeded!\nError: " + denied));
    assertThat(report.findings().getFirst().proven()).isTrue();
    assertThat(report.findings().getFirst().evidence())
        .anyMatch(line -> line.contains("Login Succeeded"));
  }

  @Test
  void whatALinkLeadsToOutsideIsNotRead(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("notes.txt"), "error: my own notes");
    Files.createSymbolicLink(folder.resolve("notes.txt"), secret);
    Files.createSymbolicLink(folder.resolve("dead.yaml"), elsewhere.resolve("none"));
    Files.createSymbolicLink(folder.resolve("again.yaml"), folder.resolve("a.yaml"));
    Report report = diagnose(Map.of("a.yaml", "kind: Pod\nmetadata: {name: p}\n"));
    assertThat(report.toString()).doesNotContain("my own");
    assertThat(report.gaps())
        .contains(
            "notes.txt was not read: a link that leads out of the folder",
            "dead.yaml was not read: a link that leads nowhere")
        .noneMatch(gap -> gap.startsWith("again.yaml"));
  }

  @Test
  void aStepThatIsSavedTwiceFailsOnce() throws IOException {
    String step = "pushing image\nError: unauthorized: authentication required\n";
    Report report = diagnose(Map.of("0_ship.txt", "set up\n" + step, "4_Run ship.txt", step));
    assertThat(causes(report)).containsExactly("push-unauthorized");
    assertThat(report.subjects()).allMatch(subject -> subject.endsWith(": failing")).hasSize(2);
  }

  @Test
  void aDescribedPodThatHasNoNodeIsExplained() throws IOException {
    String described =
        """
        Name:             llama-predictor-7c9d8f6b5-x2x4z
        Namespace:        ml-team
        Node:             <none>
        Status:           Pending
        Containers:
          kserve-container:
            Image:      docker.io/vllm/vllm-openai:v0.9.1
        Conditions:
          Type           Status
          PodScheduled   False\s
        Events:
          Type     Reason            Age                  From               Message
          ----     ------            ----                 ----               -------
          Warning  FailedScheduling  3m2s (x14 over 68m)  default-scheduler  0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 4 node(s) had untolerated taint {dedicated: infra}.
        """;
    assertThat(causes(diagnose(Map.of("pod.txt", described))))
        .containsExactly("pod-unschedulable-gpu");
    assertThat(causes(diagnose(Map.of("pod.txt", described.replace("False", "True"))))).isEmpty();
  }

  @Test
  void anOlderRunThatFailedIsListed() throws IOException {
    String run =
        """
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: %s
          namespace: models
          creationTimestamp: '2026-01-01T0%d:00:00Z'
          labels: {tekton.dev/pipeline: ship}
        status: {conditions: [{type: Succeeded, status: '%s', reason: x, message: y}]}
        """;
    Report report =
        diagnose(
            Map.of("runs.yaml", run.formatted("a", 1, "False") + run.formatted("b", 2, "True")));
    assertThat(causes(report)).isEmpty();
    assertThat(report.subjects())
        .containsExactly(
            "pipelinerun/b: succeeded",
            "pipelinerun/a: failed before; of a pipeline, only the newest run is judged");
  }

  @Test
  void aDroppedWorkspaceIsWhyItIsMissing() throws IOException {
    String run =
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: a, namespace: models}
        status: {conditions: [{type: Succeeded, status: 'False', reason: InvalidWorkspaceBindings, message: pipeline requires workspace with name "models" be provided by pipelinerun}]}
        """;
    Report report =
        diagnose(
            Map.of("run.yaml", run, "apply.txt", "Warning: unknown field \"spec.workspace\"\n"));
    assertThat(causes(report)).containsExactly("field-dropped");
    assertThat(report.findings())
        .filteredOn(finding -> finding.role() == Role.CONSEQUENCE)
        .extracting(Finding::rule)
        .containsExactly("workspace-missing");
  }
}
