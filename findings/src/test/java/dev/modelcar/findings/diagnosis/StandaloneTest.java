package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What belongs to nothing is judged beside whatever lies in the case, and once. */
final class StandaloneTest {
  private static final String RUN =
      """
      ---
      apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {name: ship-a1b2c, creationTimestamp: '2026-01-01T10:00:00Z', labels: {tekton.dev/pipeline: ship}}
      spec: {pipelineRef: {name: ship}}
      status: {conditions: [{type: Succeeded, status: 'True', reason: Succeeded}]}
      ---
      apiVersion: tekton.dev/v1
      kind: TaskRun
      metadata: {name: ship-a1b2c-push, labels: {tekton.dev/pipelineRun: ship-a1b2c}}
      status: {podName: ship-a1b2c-push-pod, conditions: [{type: Succeeded, status: 'True', reason: Succeeded}]}
      """;
  private static final String SERVICE =
      """
      ---
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: qwen}
      status: {conditions: [{type: Ready, status: 'True'}]}
      """;
  private static final String JOB =
      """
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: fetch}
      status: {conditions: [{type: Complete, status: 'True'}]}
      """;
  private static final String DEPLOYMENT =
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      status: {replicas: 1, readyReplicas: 1}
      """;
  private static final String CRASHES =
      "{phase: Running, containerStatuses: [{name: main, ready: false, restartCount: 7, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}";
  private static final String WAITS =
      "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/3 nodes are available: 3 Insufficient cpu.'}]}";
  private static final String RUNS =
      "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: main, ready: true, restartCount: 2, state: {running: {}}, lastState: {terminated: {exitCode: 1}}}]}";
  private static final String EVICTED =
      "{phase: Failed, reason: Evicted, message: 'The node was low on resource: memory.'}";

  private static String pod(String name, String more, String status) {
    return """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, creationTimestamp: '2026-01-01T10:00:00Z'%s}
    status: %s
    """
        .formatted(name, more, status);
  }

  private static Report diagnose(String yaml) {
    YamlDocuments read = YamlDocuments.read(yaml);
    assertThat(read.problems()).isEmpty();
    Case known =
        new Case(
            read.documents().stream().map(KubeObject::new).toList(),
            List.of(
                new ContainerLog(
                    "lone", "main", false, List.of("Error: write /x: no space left on device"))),
            List.of(),
            List.of());
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of())).diagnose(known);
  }

  private static List<String> causes(Report report) {
    return report.findings().stream()
        .filter(finding -> finding.role() == Role.CAUSE)
        .map(finding -> finding.object() + " " + finding.rule())
        .toList();
  }

  static Stream<String> healthy() {
    return Stream.of(RUN, SERVICE, JOB, DEPLOYMENT, RUN + SERVICE + JOB + DEPLOYMENT);
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void aLonePodIsJudgedBesideWhatIsWell(String well) {
    Report crashing = diagnose(well + pod("lone", "", CRASHES));
    assertThat(causes(crashing)).containsExactly("pod/lone disk-full");
    assertThat(crashing.subjects()).contains("pod/lone: failing");
    assertThat(causes(diagnose(well + pod("lone", "", WAITS))))
        .containsExactly("pod/lone pod-unschedulable");
    Report healthy = diagnose(well + pod("lone", "", RUNS));
    assertThat(healthy.findings()).isEmpty();
    assertThat(healthy.subjects()).isEqualTo(diagnose(well).subjects());
  }

  /** Its name begins like that of a run, and nothing else says that it belongs to it. */
  @Test
  void aNameAloneDoesNotMakeAPodPartOfARun() {
    assertThat(causes(diagnose(RUN + pod("ship-a1b2c-debug", "", WAITS))))
        .containsExactly("pod/ship-a1b2c-debug pod-unschedulable");
  }

  @Test
  void jobsAndDeploymentsAreJudgedBesideARun() {
    String job = JOB.replace("type: Complete", "type: Failed, reason: DeadlineExceeded");
    assertThat(causes(diagnose(RUN + job))).containsExactly("job/fetch job-deadline");
    String set =
        """
        ---
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web}]}
        status: {replicas: 1}
        """;
    String pod = pod("web-1-x", ", ownerReferences: [{kind: ReplicaSet, name: web-1}]", WAITS);
    assertThat(causes(diagnose(RUN + DEPLOYMENT + set + pod)))
        .containsExactly("deployment/web serve-unschedulable");
    assertThat(causes(diagnose(RUN + set + pod))).containsExactly("pod/web-1-x pod-unschedulable");
  }

  @Test
  void whatBelongsToSomethingIsNotJudgedAgain() {
    for (String more :
        List.of(
            ", labels: {tekton.dev/pipelineRun: ship-a1b2c}",
            ", labels: {tekton.dev/taskRun: ship-a1b2c-push}",
            ", ownerReferences: [{kind: TaskRun, name: ship-a1b2c-push}]",
            ", labels: {tekton.dev/pipeline: ship, tekton.dev/pipelineRun: ship-00000}",
            ", labels: {batch.kubernetes.io/job-name: fetch}",
            ", labels: {serving.kserve.io/inferenceservice: qwen}")) {
      String known = RUN + SERVICE + JOB + pod("x", more, CRASHES);
      assertThat(causes(diagnose(known))).as(more).noneMatch(cause -> cause.startsWith("pod/"));
    }
    assertThat(causes(diagnose(RUN + pod("ship-a1b2c-push-pod", "", CRASHES)))).isEmpty();
    assertThat(causes(diagnose(RUN + pod("affinity-assistant-0a1b2c-0", "", WAITS)))).isEmpty();
  }

  @Test
  void whatIsOverIsNotBlamed() {
    String owner = ", ownerReferences: [{kind: ReplicaSet, name: web-1}]";
    String evicted = pod("web-1-a", owner, EVICTED);
    String later = pod("web-1-b", owner, RUNS).replace("10:00:00", "11:00:00");
    assertThat(causes(diagnose(RUN + evicted))).containsExactly("pod/web-1-a pod-evicted");
    assertThat(causes(diagnose(RUN + evicted + later))).isEmpty();
    String set =
        "---\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web}]}, status: {replicas: 1}}\n";
    assertThat(causes(diagnose(DEPLOYMENT + set + evicted + later))).isEmpty();
    assertThat(causes(diagnose(DEPLOYMENT + set + evicted))).hasSize(1);
    String ending = pod("lone", ", deletionTimestamp: '2026-01-01T11:00:00Z'", CRASHES);
    assertThat(causes(diagnose(RUN + ending))).isEmpty();
    String failed = JOB.replace("type: Complete", "type: Failed, reason: DeadlineExceeded");
    String cron = "{ownerReferences: [{kind: CronJob, name: nightly}], creationTimestamp: ";
    String first = failed.replace("{name: fetch}", cron + "'2026-01-01T00:00:00Z', name: n-1}");
    String second = JOB.replace("{name: fetch}", cron + "'2026-01-02T00:00:00Z', name: n-2}");
    assertThat(causes(diagnose(first + second))).isEmpty();
    assertThat(causes(diagnose(first))).containsExactly("job/n-1 job-deadline");
  }

  /** It failed as well; nothing says that it is why the run did. */
  @Test
  void aLonePodIsNoCauseOfARunThatFailed() {
    String run =
        RUN.replace(
            "status: 'True', reason: Succeeded}]}",
            "status: 'False', reason: PipelineRunTimeout, message: m}]}");
    Report report = diagnose(run + pod("lone", "", WAITS));
    assertThat(causes(report)).singleElement().asString().endsWith(" run-timeout");
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.object()).isEqualTo("pod/lone");
          assertThat(finding.role()).isEqualTo(Role.NOTE);
        });
  }

  @Test
  void ownersInACircleEndNothing() {
    String set =
        "---\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: a, ownerReferences: [{kind: ReplicaSet, name: a}]}, status: {replicas: 0}}\n";
    String pod = pod("a-1", ", ownerReferences: [{kind: ReplicaSet, name: a}]", WAITS);
    assertThat(causes(diagnose(RUN + set + pod))).containsExactly("pod/a-1 pod-unschedulable");
  }

  @Test
  void podsOfAnLlmInferenceServiceTellWhyItIsNotReady() {
    String service =
        """
        ---
        apiVersion: serving.kserve.io/v1alpha1
        kind: LLMInferenceService
        metadata: {name: qwen}
        status: {conditions: [{type: Ready, status: 'False'}]}
        """;
    String labels =
        ", labels: {app.kubernetes.io/name: qwen, app.kubernetes.io/part-of: llminferenceservice}";
    for (String name : List.of("qwen-kserve-5f7-x", "qwen-kserve-router-scheduler-6b8-y")) {
      for (String more : List.of(labels, "")) {
        Report report = diagnose(service + pod(name, more, WAITS));
        assertThat(causes(report)).containsExactly("llminferenceservice/qwen serve-unschedulable");
        assertThat(report.subjects()).containsExactly("llminferenceservice/qwen: failing");
      }
    }
    assertThat(diagnose(service + pod("other", "", RUNS)).subjects())
        .containsExactly("llminferenceservice/qwen: not ready; no failure found");
  }
}
