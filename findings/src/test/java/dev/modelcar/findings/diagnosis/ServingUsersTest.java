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

/** A server reaches the model of KServe's container only as the same user. */
final class ServingUsersTest {
  private static final String POD =
      """
      kind: Pod
      metadata:
        name: llm-0
        namespace: models
        labels: {serving.kserve.io/inferenceservice: llm}
      spec:
        containers:
        - {name: kserve-container, image: 'quay.io/team/server:1', securityContext: {runAsUser: 1000}}
        - {name: modelcar, image: 'quay.io/team/model:1'USER}
      status:
        phase: Running
        containerStatuses:
        - {name: kserve-container, restartCount: 1, state: {terminated: {exitCode: 1, reason: Error}}}
        - {name: modelcar, ready: true, state: {running: {}}}
      """;

  private static Finding cause(String user, String line) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(
            new Case(
                YamlDocuments.read(POD.replace("USER", user)).documents().stream()
                    .map(KubeObject::new)
                    .toList(),
                List.of(
                    new ContainerLog(
                        "llm-0", "kserve-container", false, List.of("starting", line))),
                List.of(),
                List.of()))
        .findings()
        .getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PermissionError: [Errno 13] Permission denied: '/mnt/models'",
        "PermissionError: [Errno 13] Permission denied: '/proc/27/root/models'",
        "PermissionError: [Errno 13] Permission denied: '/mnt/models/config.json'",
        "ls: cannot access '/mnt/models/': Permission denied",
        "FileNotFoundError: [Errno 2] No such file or directory: '/mnt/models/config.json'",
        "OSError: Can't load the configuration of '/mnt/models'.",
        "Failed to stat /mnt/models: Permission denied"
      })
  void otherUsersAreTheReason(String line) {
    Finding other = cause("", line);
    assertThat(other.rule()).isEqualTo("serve-uid-differs");
    assertThat(other.proven()).isTrue();
    assertThat(other.evidence().getLast())
        .isEqualTo(
            "pod/llm-0: container kserve-container runs as user 1000, container modelcar as the user"
                + " of its image");
    assertThat(cause(", securityContext: {runAsUser: 1010}", line).rule())
        .isEqualTo("serve-uid-differs");
  }

  @Test
  void ofTheSameUserTheFilesAreLookedAt() {
    String same = ", securityContext: {runAsUser: 1000}";
    assertThat(cause(same, "PermissionError: Permission denied: '/mnt/models/config.json'").rule())
        .isEqualTo("serve-files-unreadable");
    assertThat(cause(same, "OSError: Can't load the configuration of '/mnt/models'.").rule())
        .isEqualTo("serve-config-missing");
  }

  @Test
  void whatHasNothingToDoWithTheModelIsNotAboutUsers() {
    assertThat(cause("", "PermissionError: [Errno 13] Permission denied: '/data/cache'").rule())
        .isEqualTo("volume-permission-denied");
  }
}
