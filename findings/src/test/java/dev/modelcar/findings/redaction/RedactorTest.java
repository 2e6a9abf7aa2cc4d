package dev.modelcar.findings.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.core.Json;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.diagnosis.Diagnoser;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.CaseWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No secret passes, whatever it is in; what explains a failure does. */
final class RedactorTest {
  private static final String CANARY = "cAnArY7q";

  /** Every kind of secret, each with the canary in it. */
  private static List<String> secrets() {
    String basic = base64("user:" + CANARY + "secret");
    String jwt =
        "eyJhbGciOiJSUzI1NiJ9." + base64("{\"sub\":\"" + CANARY + "\"}") + "." + CANARY + "-_x";
    return List.of(
        "hf_" + CANARY + "abcdefghijklmnop1234",
        "Authorization: Bearer " + CANARY + "0123456789",
        "using bearer " + CANARY + "0123456789 for login",
        jwt,
        "authorization=Basic " + basic,
        "Authorization: Token " + CANARY + "abc",
        "Authorization: " + CANARY,
        "{\"Authorization\":\"Digest username=" + CANARY + "\"}",
        "authorization: AWS4-HMAC-SHA256 Credential=" + CANARY + "/20260101, Signature=" + CANARY,
        "Basic " + basic,
        "{\"auths\":{\"quay.io\":{\"auth\":\"" + basic + "\",\"password\":\"" + CANARY + "\"}}}",
        "{\\\"auths\\\":{\\\"quay.io\\\":{\\\"auth\\\":\\\"" + basic + "\\\"}}}",
        base64("{\"auths\":{\"quay.io\":{\"auth\":\"" + basic + "\"}}}"),
        "https://bucket.s3.amazonaws.com/blob?X-Amz-Credential=AKIA"
            + CANARY
            + "&X-Amz-Signature="
            + CANARY
            + "&x=1",
        "https://cdn.example.com/a?Policy="
            + CANARY
            + "&Signature="
            + CANARY
            + "&Key-Pair-Id="
            + CANARY,
        "https://account.blob.core.windows.net/a?sv=2024&sig=" + CANARY + "%3D",
        "AKIACANARY7Q12345678",
        "AWS_SECRET_ACCESS_KEY=" + CANARY + "/abc+def/ghijklmnopqrstuvwx",
        "aws_secret_access_key: " + CANARY + "9abcdefghijklmnopqrstuvwxyz",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE"
            + CANARY
            + "\nabc"
            + CANARY
            + "\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl" + CANARY,
        "Cookie: session=" + CANARY + "; other=" + CANARY,
        "Set-Cookie: sid=" + CANARY + "; Path=/; HttpOnly",
        "https://robot:" + CANARY + "@quay.io/v2/",
        "https://" + CANARY + "@github.com/team/repo",
        "skopeo copy --dest-creds user:" + CANARY + " docker://a docker://b",
        "podman login -u me -p " + CANARY + " quay.io",
        "password: " + CANARY,
        "HF_TOKEN=" + CANARY,
        "client_secret=" + CANARY);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertClean(String text) {
    assertThat(text).doesNotContainIgnoringCase(CANARY);
    // Nor as base64, in any of its three alignments.
    for (int i = 0; i < 3; i++) {
      String encoded = base64("x".repeat(i) + CANARY);
      assertThat(text).doesNotContain(encoded.substring(i == 0 ? 0 : 4, 10));
    }
  }

  static Stream<String> eachSecret() {
    return secrets().stream();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("eachSecret")
  void takesASecretOutOfALine(String secret) {
    assertClean(Redactor.redact("before " + secret));
    assertClean(String.join("\n", Redactor.redact(secret.lines().toList())));
    String once = Redactor.redact("before " + secret);
    assertThat(Redactor.redact(once)).isEqualTo(once);
  }

  @Test
  void takesSecretsOutOfACommandLine() {
    assertThat(
            Redactor.redactWords(
                List.of(
                    "login",
                    "--password",
                    CANARY,
                    "--to=https://me:" + CANARY + "@host/x",
                    "-p",
                    "registry-password=" + CANARY,
                    "hf_" + CANARY + "0123456789",
                    "--token-file=/run/token",
                    "--to=quay.io/team/m:1")))
        .hasSize(9)
        .contains("login", "--password", "--token-file=/run/token", "--to=quay.io/team/m:1")
        .noneMatch(word -> word.contains(CANARY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unable to retrieve auth token: invalid username/password: authentication required",
        "MountVolume.SetUp failed for volume \"auth\" : secret \"quay-login\" not found",
        "no basic auth credentials",
        "Www-Authenticate: Bearer realm=\"https://quay.io/v2/auth\",service=\"quay.io\"",
        "reading manifest v1 in registry.example.com/ai/model: manifest unknown",
        "couldn't find key token in Secret models/huggingface",
        "basic authentication is not supported",
        "tokenizer_mode: mistral",
        "sha256:2f1073e5aa0b4c0f8a4d9b0f2c4c6c8b6f1a7e2d",
        "unauthorized: access to the requested resource is not authorized",
        "--password-stdin",
        "may require authorization: authorization failed: no basic auth credentials",
      })
  void leavesWhatExplainsAFailure(String line) {
    assertThat(Redactor.redact(line)).isEqualTo(line);
  }

  /** The canaries planted in every field and line of a case appear in nothing that is written. */
  @Test
  void noCanaryPassesABundle(@TempDir Path folder) throws IOException {
    Path in = Files.createDirectories(folder.resolve("in/logs")).resolve("..").normalize();
    List<String> items = new ArrayList<>();
    for (String secret : secrets()) {
      String text = Json.object().put("t", secret).get("t").toString();
      items.add(
          """
          {"apiVersion":"tekton.dev/v1","kind":"TaskRun",
           "metadata":{"name":"ship-%d","namespace":"models","annotations":{"note":%s,
             "kubectl.kubernetes.io/last-applied-configuration":%s}},
           "spec":{"params":[{"name":"x","value":%s},{"name":"hf-token","value":"%s"}],
             "taskSpec":{"steps":[{"name":"move","script":%s,
               "env":[{"name":"DB_PASSWORD","value":"%s"},{"name":"OTHER","value":%s}]}]}},
           "status":{"podName":"ship-%d-pod","conditions":[{"type":"Succeeded","status":"False",
             "reason":"StepFailed","message":%s}],
             "steps":[{"name":"move","container":"step-move",
               "terminated":{"exitCode":1,"reason":"Error","message":%s}}]}}
          """
              .formatted(
                  items.size(),
                  text,
                  Json.object().put("t", "{\"spec\":" + text + "}").get("t").toString(),
                  text,
                  CANARY,
                  text,
                  CANARY,
                  text,
                  items.size(),
                  text,
                  text));
      Files.writeString(
          in.resolve("logs/ship-%d-pod.step-move.log".formatted(items.size() - 1)),
          "start\n" + secret + "\nError: " + secret + "\n");
    }
    items.add(
        """
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","annotations":{
          "kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":{\\"a\\":\\"%s\\"}}"}},
         "data":{"a":"%s","b":"%s"},"stringData":{"c":"%s"}}
        """
            .formatted(base64(CANARY), base64(CANARY), base64("x" + CANARY), CANARY));
    Files.writeString(
        in.resolve("a.json"), "{\"kind\":\"List\",\"items\":[" + String.join(",", items) + "]}");
    Files.writeString(in.resolve("kubectl.txt"), String.join("\n", secrets()));

    Case known = CaseFolder.read(in);
    assertThat(known.objects()).hasSize(items.size());
    Report report = diagnose(known);
    assertThat(report.hasCause()).isTrue();
    assertClean(report.toString());

    Path out = folder.resolve("out");
    CaseWriter.write(Redactor.redact(known), out);
    for (Path file : CaseFolder.files(out)) {
      assertClean(Files.readString(file));
    }
    assertThat(diagnose(CaseFolder.read(out)).findings()).isEqualTo(report.findings());
  }

  private static Report diagnose(Case known) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of())).diagnose(known);
  }

  @Test
  void keepsNamesOfSecrets() throws IOException {
    JsonNode node =
        Json.parse(
            "{\"volumes\":[{\"secret\":{\"secretName\":\"quay-login\"}}],\"secretKeyRef\":{\"name\":\"hf\",\"key\":\"token\"}}");
    assertThat(Redactor.redact(node)).isEqualTo(node);
  }
}
