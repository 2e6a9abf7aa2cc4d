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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as people collect them by hand: logs under any name, a described pod, some events. */
final class OddNamesTest {
  private static final String DENIED =
      "Copying blob sha256:aa\nError: writing blob: initiating layer upload: authentication required\n";
  private static final String RUN =
      """
      apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {name: ship-x1, namespace: models, creationTimestamp: '2026-01-01T10:00:00Z'}
      spec: {pipelineRef: {name: ship}}
      status:
        completionTime: '2026-01-01T10:10:00Z'
        conditions: [{type: Succeeded, status: 'False', reason: Failed, message: 'Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 1'}]
        childReferences:
        - {apiVersion: tekton.dev/v1, kind: TaskRun, name: ship-x1-download, pipelineTaskName: download}
        - {apiVersion: tekton.dev/v1, kind: TaskRun, name: ship-x1-push, pipelineTaskName: push}
      """;
  private static final String TASK =
      """
      apiVersion: tekton.dev/v1
      kind: TaskRun
      metadata: {name: ship-x1-push, labels: {tekton.dev/pipelineRun: ship-x1, tekton.dev/pipelineTask: push}}
      status:
        podName: ship-x1-push-pod
        conditions: [{type: Succeeded, status: 'False', reason: Failed, message: '"step-push" exited with code 1'}]
        steps:
        - {name: prepare, container: step-prepare, terminated: {exitCode: 0, reason: Completed}}
        - {name: push, container: step-push, terminated: {exitCode: 1, reason: Error}}
      """;
  private static final String SERVICE =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: qwen, namespace: models}
      status:
        conditions:
        - {type: PredictorReady, status: 'False', reason: MinimumReplicasUnavailable, message: Deployment does not have minimum availability.}
        - {type: Ready, status: 'False'}
      """;

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
        .map(finding -> finding.object() + " " + finding.rule())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push.log",
        "step-push.log",
        "ship-x1-push.log",
        "ship-x1-push-pod_step-push.log",
        "models_ship-x1-push-pod_step-push.log",
        "1-push.txt",
        "output.txt"
      })
  void aLogUnderAnyNameIsGivenToItsStep(String name) throws IOException {
    Report report = diagnose(Map.of("run.yaml", RUN, "task.yaml", TASK, name, DENIED));
    assertThat(causes(report)).containsExactly("taskrun/ship-x1-push push-unauthorized");
    assertThat(report.gaps()).isEmpty();
  }

  @Test
  void aLogOfAnotherStepIsNotTakenForTheOneThatFailed() throws IOException {
    Report report = diagnose(Map.of("task.yaml", TASK, "prepare.log", DENIED, "scan.log", DENIED));
    assertThat(causes(report)).containsExactly("taskrun/ship-x1-push unexplained-failure");
    assertThat(report.gaps()).anyMatch(gap -> gap.contains("step-push is missing"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ship-y2-push-pod.step-push.log", "ship-y2-push.log", "other-pod.step-push.log"})
  void aLogOfAnotherRunIsNotTakenForTheOneThatFailed(String name) throws IOException {
    Report report = diagnose(Map.of("run.yaml", RUN, "task.yaml", TASK, name, DENIED));
    assertThat(causes(report)).containsExactly("taskrun/ship-x1-push unexplained-failure");
  }

  @Test
  void aRunIsExplainedByLogsOfTasksThatWereNotSaved() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "run.yaml", RUN,
                "ship-x1-download-pod.step-get.log", "Fetching 3 files: 100%\n",
                "ship-x1-push-pod.step-push.log", DENIED));
    assertThat(causes(report)).containsExactly("pipelinerun/ship-x1 push-unauthorized");
    assertThat(report.findings().getFirst().task()).isEqualTo("push");
    assertThat(report.findings().getFirst().step()).isEqualTo("push");
  }

  @Test
  void logsThatSayDifferentThingsDoNotTellWhyARunFailed() throws IOException {
    Report report =
        diagnose(
            Map.of(
                "run.yaml", RUN,
                "ship-x1-get-pod.step-get.log", "Error: write /data/x: no space left on device\n",
                "ship-x1-push-pod.step-push.log", DENIED));
    assertThat(causes(report)).containsExactly("pipelinerun/ship-x1 unexplained-failure");
  }

  @Test
  void aDescribedPodTellsWhyAServiceIsNotReady() throws IOException {
    String described =
        """
        Name:             qwen-predictor-5d9c7d5f6b-x2x9k
        Namespace:        models
        Labels:           app=isvc.qwen-predictor
                          serving.kserve.io/inferenceservice=qwen
        Status:           Pending
        Controlled By:    ReplicaSet/qwen-predictor-5d9c7d5f6b
        Init Containers:
          storage-initializer:
            Image:         kserve/storage-initializer:v0.15.0
            Args:
              s3://models/qwen
              /mnt/models
            State:          Waiting
              Reason:       CrashLoopBackOff
            Last State:     Terminated
              Reason:       Error
              Message:      Traceback (most recent call last):
          File "/storage-initializer/scripts/initializer-entrypoint", line 19, in <module>
        botocore.exceptions.ClientError: An error occurred (403) when calling the HeadBucket operation: Forbidden

              Exit Code:    1
            Ready:          False
            Restart Count:  4
        Containers:
          kserve-container:
            State:          Waiting
              Reason:       PodInitializing
            Ready:          False
            Restart Count:  0
        """;
    for (String text :
        List.of(described, described.replaceFirst("(?s)Labels:.*?Status:", "Status:"))) {
      Report report = diagnose(Map.of("isvc.yaml", SERVICE, "pod.txt", text));
      assertThat(causes(report)).containsExactly("inferenceservice/qwen object-storage-refused");
      assertThat(report.findings().getFirst().step()).isEqualTo("storage-initializer");
    }
  }

  @Test
  void aLogTellsWhyAServiceIsNotReady() throws IOException {
    String log =
        """
        INFO 11-30 09:11:02 [api_server.py:1289] vLLM API server version 0.9.1
        Traceback (most recent call last):
          File "/usr/local/bin/vllm", line 10, in <module>
        torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.16 GiB. GPU 0 has a total capacity of 23.68 GiB of which 1.05 GiB is free.
        """;
    Report report = diagnose(Map.of("isvc.yaml", SERVICE, "vllm.log", log));
    assertThat(causes(report)).containsExactly("inferenceservice/qwen serve-gpu-memory");
    assertThat(report.subjects()).containsExactly("inferenceservice/qwen: failing");
  }

  @Test
  void aLogOfAServerThatWorksTellsNothing() throws IOException {
    String log =
        "ERROR: request 7 failed: CUDA out of memory\nINFO: 200 OK\nINFO: 200 OK\nINFO: 200 OK\n";
    Report report = diagnose(Map.of("isvc.yaml", SERVICE, "vllm.log", log));
    assertThat(causes(report)).isEmpty();
    assertThat(report.subjects())
        .containsExactly("inferenceservice/qwen: not ready; no failure found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Warning   FailedCreate   replicaset/qwen-predictor-7d   Error creating: pods \"qwen-predictor-7d-a\" is forbidden: exceeded quota: compute, requested: limits.memory=64Gi",
        "Warning   FailedScheduling   pod/qwen-predictor-7d-a   0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
      })
  void eventsTellWhyAServiceIsNotReady(String event) throws IOException {
    String listed = "LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n5m   " + event + "\n";
    Report report = diagnose(Map.of("isvc.yaml", SERVICE, "events.txt", listed));
    assertThat(report.subjects()).containsExactly("inferenceservice/qwen: failing");
    Report over =
        diagnose(Map.of("isvc.yaml", SERVICE.replace("'False'", "'True'"), "events.txt", listed));
    assertThat(causes(over)).isEmpty();
  }

  /** A table of events has no counts; a server that has started will not respond otherwise. */
  @Test
  void aProbeOfAPathThatAServerDoesNotHaveIsNamedWithoutCounts() throws IOException {
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: qwen-predictor-7d-a, labels: {serving.kserve.io/inferenceservice: qwen}}
        status:
          phase: Running
          conditions: [{type: Ready, status: 'False'}]
          containerStatuses: [{name: kserve-container, ready: false, restartCount: 0, state: {running: {}}}]
        """;
    String events =
        "LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n5s   Warning   Unhealthy   pod/qwen-predictor-7d-a   Readiness probe failed: HTTP probe failed with statuscode: 404\n";
    String name = "qwen-predictor-7d-a.kserve-container.log";
    assertThat(
            causes(
                diagnose(
                    Map.of(
                        "isvc.yaml",
                        SERVICE,
                        "pods.yaml",
                        pod,
                        "events.txt",
                        events,
                        name,
                        "INFO:     loading shard 3 of 9\n"))))
        .isEmpty();
    assertThat(causes(diagnose(Map.of(name, "INFO:     Uvicorn running on http://0.0.0.0:8080\n"))))
        .containsExactly("inferenceservice/qwen serve-probe-path");
  }

  @Test
  void aReplicaSetWithoutItsDeploymentTellsWhyAServiceHasNoPods() throws IOException {
    String set =
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: qwen-predictor-7d, labels: {serving.kserve.io/inferenceservice: qwen}}
        spec: {replicas: 1}
        status: {replicas: 0}
        ---
        apiVersion: v1
        kind: Event
        metadata: {name: e}
        involvedObject: {kind: ReplicaSet, name: qwen-predictor-7d}
        type: Warning
        reason: FailedCreate
        message: 'Error creating: pods "qwen-predictor-7d-a" is forbidden: violates PodSecurity "restricted:latest"'
        """;
    assertThat(causes(diagnose(Map.of("isvc.yaml", SERVICE, "sets.yaml", set))))
        .containsExactly("inferenceservice/qwen serve-pod-security");
  }
}
