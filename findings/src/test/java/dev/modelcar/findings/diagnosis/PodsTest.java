package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of the things that a cluster says of pods tells why something does not run. */
final class PodsTest {
  private static final String SERVICE =
      """
      kind: InferenceService
      metadata: {name: llm, namespace: models}
      status: {conditions: [{type: Ready, status: 'READY'}]}
      """;

  private static final String POD =
      """
      ---
      kind: Pod
      metadata:
        name: NAME
        namespace: models
        labels: {serving.kserve.io/inferenceservice: llm}
      spec: {containers: [{name: kserve-container, image: 'quay.io/team/server:1'}]}
      status:
      """;

  private static final String TASK =
      """
      kind: TaskRun
      metadata: {name: build, namespace: models}
      status:
        podName: build-pod
        startTime: '2026-01-01T10:00:00Z'
        conditions: [{type: Succeeded, status: 'False', reason: TaskRunTimeout, message: 'TaskRun "build" failed to finish within "1h0m0s"'}]
      """;

  private static String service(boolean ready) {
    return SERVICE.replace("READY", ready ? "True" : "False");
  }

  private static String pod(String name, String status) {
    return POD.replace("NAME", name) + status.indent(2);
  }

  private static String event(String pod, String reason, String message) {
    return """
    ---
    kind: Event
    type: Warning
    involvedObject: {kind: Pod, name: %s, namespace: models}
    reason: %s
    message: '%s'
    lastTimestamp: '2026-01-01T10:05:00Z'
    """
        .formatted(pod, reason, message);
  }

  private static Report report(String objects, ContainerLog... logs) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(
            new Case(
                YamlDocuments.read(objects).documents().stream().map(KubeObject::new).toList(),
                List.of(logs),
                List.of(),
                List.of()));
  }

  private static String cause(String objects, ContainerLog... logs) {
    return report(objects, logs).findings().getFirst().rule();
  }

  /** Events are kept for an hour only, and a timeout may be longer than that. */
  @Test
  void timeoutOfWhatWasNeverScheduled() {
    String pod =
        """
        ---
        kind: Pod
        metadata: {name: build-pod, namespace: models}
        status:
          phase: Pending
          conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 'WHY'}]
        """;
    assertThat(cause(TASK + pod.replace("WHY", "0/3 nodes are available: 3 Insufficient cpu.")))
        .isEqualTo("pod-unschedulable");
    assertThat(cause(TASK + pod.replace("WHY", "a reason of another scheduler")))
        .isEqualTo("container-not-started");
  }

  @Test
  void logIsThatOfTheEnd() {
    String ended =
        """
        phase: Running
        containerStatuses:
        - name: kserve-container
          ready: false
          restartCount: 2
          state: STATE
          lastState: {terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T10:09:00Z'}}
        """;
    ContainerLog before =
        new ContainerLog(
            "llm-0",
            "kserve-container",
            true,
            List.of("Cannot access gated repo for url https://huggingface.co/org/m."));
    ContainerLog now =
        new ContainerLog(
            "llm-0",
            "kserve-container",
            false,
            List.of("OSError: [Errno 98] Address already in use"));
    String terminated =
        "{terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T10:11:00Z'}}";
    String over = service(false) + pod("llm-0", ended.replace("STATE", terminated));
    assertThat(cause(over, before, now)).isEqualTo("serve-port-in-use");
    String waits = "{waiting: {reason: CrashLoopBackOff}}";
    assertThat(cause(service(false) + pod("llm-0", ended.replace("STATE", waits)), before, now))
        .isEqualTo("hub-gated");
  }

  @Test
  void serviceThatIsReadyHasNoFailure() {
    String old =
        """
        phase: Failed
        reason: Evicted
        message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 4Gi.'
        """;
    String well = "phase: Running\nconditions: [{type: Ready, status: 'True'}]\n";
    Report report = report(service(true) + pod("llm-old", old) + pod("llm-0", well));
    assertThat(report.findings()).isEmpty();
    assertThat(cause(service(false) + pod("llm-old", old))).isEqualTo("serve-node-full");
  }

  @Test
  void serviceThatIsNotReadyIsNotSaidToBeWell() {
    assertThat(report(service(false)).subjects())
        .containsExactly("inferenceservice/llm: not ready; no failure found");
  }

  @Test
  void containerThatCannotBeStarted() {
    String status =
        """
        phase: Pending
        initContainerStatuses:
        - name: modelcar-init
          restartCount: 0
          state: {waiting: {reason: RunContainerError}}
          lastState: {terminated: {exitCode: 128, reason: StartError, message: 'exec: "sh": executable file not found in $PATH'}}
        """;
    assertThat(cause(service(false) + pod("llm-0", status))).isEqualTo("serve-no-shell");
  }

  @Test
  void mountThatFailsForUnknownReasonsIsReported() {
    String waits =
        "phase: Pending\ncontainerStatuses: [{name: kserve-container, state: {waiting: {reason: ContainerCreating}}}]\n";
    String objects = service(false) + pod("llm-0", waits);
    assertThat(cause(objects + event("llm-0", "FailedMount", "a driver that nobody knows said no")))
        .isEqualTo("container-not-started");
    String passing = "object \"models\"/\"kube-root-ca.crt\" not registered";
    assertThat(report(objects + event("llm-0", "FailedMount", passing)).findings()).isEmpty();
  }

  @Test
  void particularReasonsComeFirst() {
    String pod =
        "---\nkind: Pod\nmetadata: {name: build-pod, namespace: models}\nstatus: {phase: Pending}\n";
    String timeout =
        event(
            "build-pod",
            "FailedMount",
            "Unable to attach or mount volumes: unmounted volumes=[ws]: timed out waiting for the condition");
    String attached =
        event(
            "build-pod",
            "FailedAttachVolume",
            "Multi-Attach error for volume \"pvc-1\" Volume is already used by pod(s) notebook-0");
    assertThat(cause(TASK + pod + timeout + attached)).isEqualTo("volume-in-use");
    assertThat(cause(TASK + pod + timeout)).isEqualTo("volume-mount-timeout");
  }

  @Test
  void workerThatFailedIsWhyTheHeadDid() {
    String head =
        "phase: Running\ncontainerStatuses: [{name: kserve-container, state: {terminated: {exitCode: 1, reason: Error}}}]\n";
    String worker =
        "phase: Running\ncontainerStatuses: [{name: worker-container, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]\n";
    assertThat(cause(service(false) + pod("llm-0", head) + pod("llm-worker-1", worker)))
        .isEqualTo("serve-out-of-memory");
  }

  private static final String STEP =
      """
      kind: TaskRun
      metadata: {name: work, namespace: models}
      status:
        podName: work-pod
        startTime: '2026-01-01T10:00:00Z'
        conditions: [{type: Succeeded, status: 'False', reason: Failed, message: '"step-work" exited with code CODE'}]
        steps: [{name: work, container: step-work, terminated: {exitCode: CODE, reason: Error, finishedAt: '2026-01-01T10:05:00Z'}}]
      """;

  @Test
  void stepThatWasKilledWithItsNode() {
    String killed = STEP.replace("CODE", "137");
    String event =
        event("work-pod", "TaintManagerEviction", "Marking for deletion Pod models/work-pod");
    assertThat(cause(killed + event.replace("Warning", "Normal"))).isEqualTo("node-lost");
    assertThat(cause(killed)).isEqualTo("process-killed");
  }

  @Test
  void serverThatFailedIsWhyItsClientDid() {
    String step = STEP.replace("CODE", "1");
    String server =
        """
        ---
        kind: Pod
        metadata: {name: NAME-7f9c, namespace: kubeflow}
        status:
          phase: Running
          containerStatuses:
          - name: rest
            ready: false
            restartCount: 4
            state: {waiting: {reason: CrashLoopBackOff}}
            lastState: {terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T10:01:00Z'}}
        """;
    ContainerLog client =
        new ContainerLog(
            "work-pod",
            "step-work",
            false,
            List.of(
                "urllib3.exceptions.MaxRetryError: HTTPConnectionPool(host='model-registry-service.kubeflow.svc',"
                    + " port=8080): Max retries exceeded with url: /api/model_registry/v1alpha3/registered_models"
                    + " (Caused by NewConnectionError('Connection refused'))"));
    List<Finding> findings =
        report(step + server.replace("NAME", "model-registry"), client, crash("model-registry"))
            .findings();
    assertThat(findings).extracting(Finding::role).containsExactly(Role.CAUSE, Role.CONSEQUENCE);
    assertThat(findings)
        .extracting(Finding::rule)
        .containsExactly("host-not-resolved", "model-registry-unreachable");
    assertThat(cause(step + server.replace("NAME", "other"), client, crash("other")))
        .isEqualTo("model-registry-unreachable");
  }

  @Test
  void whatAnotherLogSaidLongAgoIsNotTheStepsOwn() {
    String denied =
        "registry-1: %sT01:00:00Z level=error msg=\"denied: requested access to the resource is denied\"";
    String step = STEP.replace("CODE", "1");
    assertThat(cause(step, printed(denied.formatted("2025-12-30"), "expected 17 shards, found 16")))
        .isEqualTo("unexplained-failure");
    assertThat(cause(step, printed(denied.formatted("2026-01-01"))))
        .isEqualTo("push-not-authorized");
  }

  private static ContainerLog printed(String... lines) {
    return new ContainerLog("work-pod", "step-work", false, List.of(lines));
  }

  private static ContainerLog crash(String server) {
    return new ContainerLog(
        server + "-7f9c",
        "rest",
        false,
        List.of(
            "E1130 server.go] error connecting: dial tcp: lookup model-registry-db on 10.96.0.10:53: no such host"));
  }
}
