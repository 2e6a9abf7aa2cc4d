package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.CaseFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What kubectl and tkn printed is all that there is of an object that was refused. */
final class RefusalsTest {
  @TempDir Path folder;

  private Report diagnose(String text, String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text + "\n");
    return diagnose(file);
  }

  private static Report diagnose(Path file) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(CaseFolder.read(file));
  }

  private static List<String> causes(Report report) {
    return report.findings().stream()
        .filter(finding -> finding.role() == Role.CAUSE)
        .map(finding -> finding.rule() + " " + finding.object())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "admission-policy-denied output in error|Error from server: error when creating \"pod.yaml\": admission webhook \"validate.kyverno.svc-fail\" denied the request: resource Pod/models/a was blocked",
        "manifest-invalid output in error|Error: admission webhook \"validation.webhook.pipeline.tekton.dev\" denied the request: validation failed: missing field(s): spec.tasks",
        "unknown-field-refused output in error|Error from server (BadRequest): error when creating \"run.yaml\": PipelineRun in version \"v1\" cannot be handled as a PipelineRun: strict decoding error: unknown field \"spec.serviceAccountName\"",
        "unknown-field-refused output in error|error: error validating \"d.yaml\": error validating data: ValidationError(Deployment.spec): unknown field \"replica\" in io.k8s.api.apps.v1.DeploymentSpec; if you choose to ignore these errors, turn validation off with --validate=false",
        "quota-exceeded pod/a|Error from server (Forbidden): error when creating \"pod.yaml\": pods \"a\" is forbidden: exceeded quota: compute, requested: limits.memory=64Gi, used: limits.memory=0, limited: limits.memory=8Gi",
        "pod-security-refused pod/a|Error from server (Forbidden): error when creating \"pod.yaml\": pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": privileged",
        "user-forbidden output in error|Error from server (Forbidden): error when creating \"run.yaml\": pipelineruns.tekton.dev is forbidden: User \"jane\" cannot create resource \"pipelineruns\" in API group \"tekton.dev\" in the namespace \"models\"",
        "kubernetes-forbidden output in error|Error from server (Forbidden): pods is forbidden: User \"system:serviceaccount:models:default\" cannot create resource \"pods\" in API group \"\"",
        "kind-not-installed output in error|error: resource mapping not found for name: \"m\" namespace: \"\" from \"a.yaml\": no matches for kind \"InferenceService\" in version \"serving.kserve.io/v1beta1\"",
        "field-immutable job/ship|The Job \"ship\" is invalid: spec.template: Invalid value: core.PodTemplateSpec{}: field is immutable",
        "webhook-unavailable output in error|Error from server (InternalError): error when creating \"t.yaml\": Internal error occurred: failed calling webhook \"webhook.pipeline.tekton.dev\": failed to call webhook: Post \"https://tekton-pipelines-webhook.tekton-pipelines.svc:443/defaulting\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "namespace-missing output in error|Error from server (NotFound): error when creating \"run.yaml\": namespaces \"models\" not found"
      })
  void aRefusalIsJudged(String cause, String text) throws IOException {
    for (String name : List.of("error.txt", "error.log", "error.err")) {
      Report report = diagnose("namespace/x unchanged\n" + text, name);
      assertThat(causes(report)).as(name).containsExactly(cause);
      assertThat(report.subjects()).containsExactly("output in error: failing");
      assertThat(report.findings().getFirst().evidence().getFirst())
          .startsWith("output in error: ");
      Files.delete(folder.resolve(name));
    }
  }

  @Test
  void itIsJudgedBesideTheManifestThatWasRefused() throws IOException {
    Files.writeString(
        folder.resolve("pod.yaml"), "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}");
    Files.writeString(
        folder.resolve("kubectl.txt"),
        "Error from server (Forbidden): error when creating \"pod.yaml\": pods \"a\" is forbidden: exceeded quota: compute, requested: cpu=9\n");
    assertThat(causes(diagnose(folder))).containsExactly("quota-exceeded pod/a");
  }

  /** It was taken later, is a warning, the answer to a question, or in no words that are known. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error from server: error when creating \"a.yaml\": admission webhook \"w\" denied the request: no\npipelinerun.tekton.dev/a created",
        "Error from server (Forbidden): error when creating \"a.yaml\": pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1\nPipelineRun started: a",
        "Warning: would violate PodSecurity \"restricted:latest\": privileged\npod/a created",
        "Error from server (NotFound): pods \"a\" not found",
        "Error from server (AlreadyExists): error when creating \"a.yaml\": pods \"a\" already exists",
        "pods.metrics.k8s.io is fine",
        "see the docs of admission webhooks"
      })
  void whatIsNoRefusalIsNotBlamed(String text) throws IOException {
    Report report = diagnose(text, "output.txt");
    assertThat(report.findings()).isEmpty();
    assertThat(report.isJudged()).isFalse();
  }

  @Test
  void anOldRefusalIsNotBlamedBesideARunThatIsWell() throws IOException {
    Files.writeString(
        folder.resolve("run.yaml"),
        "{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {name: a}, status: {conditions: [{type: Succeeded, status: 'True'}]}}");
    assertThat(
            causes(
                diagnoseFolderWith(
                    "Error from server: error when creating \"a.yaml\": admission webhook \"w\" denied the request: no")))
        .isEmpty();
  }

  private Report diagnoseFolderWith(String text) throws IOException {
    Files.writeString(folder.resolve("old.txt"), text + "\n");
    return diagnose(folder);
  }

  /** A step that applies something prints the same, and registries are not to blame for it. */
  @Test
  void aWebhookWithABadCertificateIsNoRegistry() throws IOException {
    Report report =
        diagnose(
            "+ kubectl apply -f t.yaml\nError from server (InternalError): error when creating \"t.yaml\": Internal error occurred: failed calling webhook \"w\": failed to call webhook: Post \"https://w.svc:443/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "ship-pod.step-apply.log");
    assertThat(report.findings()).extracting(Finding::rule).containsExactly("webhook-unavailable");
  }

  @Test
  void aWarningOfADroppedFieldIsNoted() throws IOException {
    Report report =
        diagnose(
            "Warning: unknown field \"spec.serviceAccountName\"\npipelinerun.tekton.dev/a created",
            "kubectl.txt");
    assertThat(report.findings())
        .extracting(Finding::rule)
        .containsExactly("field-dropped-service-account");
    assertThat(report.hasCause()).isFalse();
  }
}
