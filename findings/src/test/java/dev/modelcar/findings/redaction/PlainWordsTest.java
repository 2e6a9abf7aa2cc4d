package dev.modelcar.findings.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that look like words of a sentence, and words that look like secrets. */
final class PlainWordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "the password is swordfish",
        "The password for bob is swordfish.",
        "Your temporary password is: swordfish",
        "the token is swordfish",
        "the secret key is swordfish",
        "user bob with password swordfish could not log in",
        "pass phrase: swordfish",
        "aws configure set aws_secret_access_key swordfish",
        "mc alias set minio http://minio:9000 minioadmin swordfish",
        "+ mc --insecure config host add s3 http://minio minio swordfish",
        "buildah push --creds bob:swordfish img docker://quay.io/x",
        "skopeo copy --src-creds=bob:swordfish a b",
        "curl -H \"X-Api-Key: swordfish\" https://api.example.com",
        "curl -H 'Private-Token: swordfish' https://api.example.com",
        "hf_oauth_swordfish.abc.def",
        "apiVersion: v1\nkind: Secret\nstringData:\n  foo: swordfish\n",
        "apiVersion: v1\ndata:\n  foo: swordfish\nkind: Secret\n",
        "+ cat x\nkind: Secret\r\ndata:\r\n  foo: |\r\n    a\r\n\r\n    swordfish\r\ntype: Opaque",
        "- kind: Secret\n  metadata: {name: s}\n  data:\n    foo: swordfish\n- kind: Pod\n",
        "applied: '{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{\"foo\":\"a swordfish\"}}'",
        "\"applied\": \"{\\\"data\\\":{\\\"foo\\\":\\\"a\\\\nswordfish\\\"},\\\"kind\\\":\\\"Secret\\\"}\"",
        "{\n  \"data\": {\n    \"a\": \"x\",\n    \"foo\": \"swordfish\"\n  },\n  \"kind\": \"Secret\"\n}",
        "{kind: Secret, stringData: {foo: swordfish}}"
      })
  void areTakenOut(String text) {
    String clean = Redactor.redact(text);
    assertThat(clean).doesNotContain("swordfish").contains(Redactor.REDACTED);
    assertThat(Redactor.redact(clean)).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the password is wrong",
        "the password is incorrect",
        "the password is missing for user bob",
        "password authentication failed for user \"bob\"",
        "connect with password authentication failed",
        "login with password from stdin",
        "the token is valid",
        "the token is malformed",
        "the token is not yet valid",
        "the token is: expired",
        "the token is read from the file",
        "token is cached",
        "the eos token is endoftext",
        "the password is different from that of the secret",
        "the access key is unknown",
        "secrets \"hf-token\" is forbidden: cannot get resource \"secrets\"",
        "projected: sources: [{serviceAccountToken: {expirationSeconds: 3607, path: token}}]",
        "kind: ConfigMap\ndata:\n  foo: swordfish\n---\nkind: Secret\n",
        "{\"kind\":\"ConfigMap\",\"data\":{\"foo\":\"swordfish\"}} Secret",
        "kind: SecretProviderClass\ndata:\n  foo: swordfish\n",
        "curl -H \"Accept: application/json\" https://api.example.com",
        "mc alias list"
      })
  void otherWordsStay(String text) {
    assertThat(Redactor.redact(text)).isEqualTo(text);
  }

  /** A value that an object says is secret is so in logs, but names that explain a failure stay. */
  @Test
  void whatAnObjectSaysIsSecretIsTakenOutOfLogs() {
    String pod =
        """
        kind: Pod
        metadata: {name: ship, namespace: models}
        spec:
          containers:
          - name: web
            image: quay.io/team/shipper:1
            env:
            - {name: A_PASSWORD, value: swordfish}
            - {name: B_PASSWORD, value: models}
            - {name: C_TOKEN, value: '0123456789'}
            - {name: D_TOKEN, value: Xk7Qp2Lm9Zr4}
            - {name: E_PASSWORD, value: password}
        """;
    String encoded = Base64.getEncoder().encodeToString("Xk7Qp2Lm9Zr4".getBytes(UTF_8));
    List<String> log =
        List.of(
            "sent swordfish to models",
            "swordfishes, 0123456789 and " + encoded,
            "wrong password for ship");
    Case clean =
        Redactor.redact(
            new Case(
                YamlDocuments.read(pod).documents().stream().map(KubeObject::new).toList(),
                List.of(new ContainerLog("ship", "web", false, log)),
                List.of(),
                List.of()));
    assertThat(clean.logs().getFirst().lines().getFirst()).isEqualTo("sent <redacted> to models");
    assertThat(clean.logs().getFirst().lines().get(1))
        .startsWith("swordfishes, <redacted> and <redacted>");
    assertThat(clean.logs().getFirst().lines().getLast()).isEqualTo(log.getLast());
  }
}
