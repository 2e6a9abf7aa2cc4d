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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client reports of a server that failed in the same case follows from that. */
final class FailedServersTest {
  private static final String CLIENT =
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: registry}
      status: {replicas: 1, unavailableReplicas: 1}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: registry-6c8c-qq7xw, ownerReferences: [{kind: ReplicaSet, name: registry-6c8c}]}
      status: {phase: Running, containerStatuses: [%s]}
      """;
  private static final String CRASHED =
      "{name: %s, ready: false, restartCount: 7, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T10:00:%02dZ'}}}";

  private static Report diagnose(String yaml, ContainerLog... logs) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(
            new Case(
                YamlDocuments.read(yaml).documents().stream().map(KubeObject::new).toList(),
                List.of(logs),
                List.of(),
                List.of()));
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
        "Error: failed to connect to database: dial tcp 172.30.1.2:5432: connect: connection refused",
        "Error: dial tcp: Get http://registry-db.models.svc:8080: connection refused",
        "psycopg2.OperationalError: connection to server at \"registry-db\" (172.30.1.2), port 5432 failed: Connection refused"
      })
  void theServerIsTheCauseAndItsClientAConsequence(String said) {
    String client = CLIENT.formatted(CRASHED.formatted("rest", 1));
    ContainerLog log = new ContainerLog("registry-6c8c-qq7xw", "rest", false, List.of(said));
    ContainerLog ofDatabase =
        new ContainerLog(
            "registry-db-0",
            "postgres",
            false,
            List.of("FATAL:  database files are incompatible with server"));
    String database =
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: registry-db-0}
        status: {phase: Running, containerStatuses: [%s]}
        """
            .formatted(CRASHED.formatted("postgres", 9));
    assertThat(causes(diagnose(client + database, log, ofDatabase)))
        .containsExactly("pod/registry-db-0 database-version-differs");
    String other = database.replace("registry-db-0", "batch-0");
    assertThat(causes(diagnose(client + other, log)))
        .singleElement()
        .asString()
        .startsWith("deployment/registry ");
  }

  @Test
  void aContainerThatWaitedForAnotherOfItsPodIsNotTheCause() {
    String pod =
        CLIENT.formatted(CRASHED.formatted("rest", 1) + ", " + CRASHED.formatted("grpc", 9));
    Report report =
        diagnose(
            pod,
            new ContainerLog(
                "registry-6c8c-qq7xw",
                "rest",
                false,
                List.of("Error: dial tcp [::1]:9090: connect: connection refused")),
            new ContainerLog(
                "registry-6c8c-qq7xw",
                "grpc",
                false,
                List.of("F1130 main.cc:555] Can't connect to MySQL server on 'db' (111)")));
    assertThat(causes(report)).containsExactly("deployment/registry database-unreachable");
    assertThat(report.findings().getFirst().step()).isEqualTo("grpc");
  }
}
