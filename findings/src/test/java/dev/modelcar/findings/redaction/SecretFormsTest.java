package dev.modelcar.findings.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the forms of the wild: each name in each notation, and texts of its own. */
final class SecretFormsTest {
  private static final String CANARY = "cAnArY7q";
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\n]{30,}");

  private static final List<String> NAMES =
      List.of(
          "SECRET_KEY",
          "MINIO_SECRET_KEY",
          "AZURE_STORAGE_KEY",
          "storage_account_key",
          "AccountKey",
          "DB_PASS",
          "db_pass",
          "SMTP_PWD",
          "MYSQL_PWD",
          "GITHUB_PAT",
          "S3_SECRET",
          "CLIENT_SECRET",
          "clientSecret",
          "HF_TOKEN",
          "hf-token",
          "HF_TOKEN_B64",
          "registry_password_base64",
          "HUGGING_FACE_HUB_TOKEN",
          "api_key",
          "api-key",
          "apiKey",
          "OPENAI_API_KEY",
          "OPENAI_KEY",
          "AWS_SECRET_ACCESS_KEY",
          "aws_session_token",
          "password",
          "registry-password",
          "dockerPassword",
          "PGPASSWORD",
          "passphrase",
          "private_key",
          "SharedAccessKey",
          "PRIVATE-TOKEN",
          "X-Auth-Token",
          "ACCESS_TOKEN_2",
          "ENCRYPTION_KEYS",
          "ADMIN_PASSWORD_HASH",
          "DATABASE_DSN",
          "accessToken",
          "GIT_CREDENTIALS");

  /** With places for the name and the value. */
  private static final List<String> NOTATIONS =
      List.of(
          "@N=@V",
          "export @N=@V",
          "+ @N=@V",
          "docker run -e @N=@V image",
          "@N: @V",
          "  @N: @V",
          "- @N: @V",
          "  @N: \"@V\"",
          "{\"@N\":\"@V\"}",
          "{\"x\": 1, \"@N\": \"@V\"}",
          "{'x': 1, '@N': '@V'}",
          "args: {'model': 'm', '@N': ['@V']}",
          "Namespace(model='m', @N='@V')",
          "@N=['@V', '@V']",
          "log \"{\\\"@N\\\":\\\"@V\\\"}\" end",
          "map[user:bob @N:\"@V\"]",
          "--@N @V",
          "--@N=@V",
          "['--@N', '@V']",
          "[\"--@N\",\"@V\"]",
          "args:\n- --@N\n- @V",
          "- name: @N\n  value: @V",
          "{Name:@N Value:@V ValueFrom:nil}",
          "{\"name\":\"@N\",\"value\":\"@V\"}",
          "<@N>@V</@N>",
          "https://host/path?a=1&@N=@V&b=2",
          "jdbc:postgresql://h/db?user=u&@N=@V",
          "Server=h;User=u;@N=@V;Database=d",
          "first\\n@N: @V\\nlast",
          "('@N', '@V')",
          "@N = \"@V\"",
          "\"--@N\", \"@V\"",
          "{\"@N\":{\"value\":\"@V1\"}}",
          "{\"x\": {\"@N\": {\"type\": \"plain\", \"value\": \"@V1\"}}}",
          "{\\\"@N\\\":{\\\"value\\\":\\\"@V1\\\"}}",
          "{'@N': {'value': '@V1'}}",
          "{\n  \"@N\": {\n    \"type\": \"plain\",\n    \"value\": \"@V1\"\n  }\n}",
          "@N:\n  value: @V1",
          "x:\n  @N:\n    encoding: none\n    value: \"@V1\"",
          "- @N:\n    plaintext: @V1",
          "@N: {value: @V1}",
          "map[@N:map[value:@V1]]",
          "@N=Secret(value='@V1')");

  private static final List<String> TEXTS =
      List.of(
          "docker login -u bob -p V quay.io",
          "+ skopeo login -u bob -p V quay.io",
          "podman login -p=V quay.io",
          "sshpass -p V ssh a@b",
          "sshpass -pV ssh a@b",
          "mysql -u root -pV db",
          "redis-cli -a V ping",
          "curl -u bob:V https://h/x",
          "curl --user bob:V https://h/x",
          "wget --password=V https://h",
          "echo V | docker login --password-stdin -u bob quay.io",
          "+ echo V\n+ docker login -u bob --password-stdin quay.io",
          "+ docker login -u bob --password-stdin quay.io\n+ echo V",
          "printf '%s' V | skopeo login --password-stdin quay.io",
          "docker login --password-stdin quay.io <<< V",
          "machine huggingface.co login bob password V",
          "machine h\n  login bob\n  password V",
          "<server><password>V</password></server>",
          "<password>\n  V\n</password>",
          "npm_VabcdefghijklmnopqrstuvwxyzABCD",
          "glpat-Vabcdefghijkl",
          "xoxb-1234-V-abcdef",
          "AIzaSyVabcdefghijklmnopqrstuvwxyz01",
          "sk-proj-Vabcdefghijklmn",
          "gsk_Vabcdefghijklmn",
          "https://hooks.slack.com/services/T0/B0/V",
          "https://discord.com/api/webhooks/1/V",
          "https://x.webhook.office.com/webhookb2/V/IncomingWebhook/V/V",
          "    client-key-data: V",
          "postgres://u:V@h/db",
          "postgres://u:p@V@h/db",
          "redis://:V@h:1",
          "mongodb+srv://u:V@h/db",
          "jdbc:oracle:thin:scott/V@h:1521:x",
          "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=V+abc/def==;EndpointSuffix=x",
          "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=V",
          "secret: V",
          "  secret: V",
          "token V",
          "token: V",
          "api key: V",
          "Username: bob Password: V",
          "pat=V",
          "kubectl create secret docker-registry x --docker-password=V",
          "kubectl create secret generic x --from-literal=token=V",
          "oc login --token=sha256~Vabcdefghijklmnopqrstuvwxyz",
          "vllm serve m --api-key V --port 1",
          "non-default args: {'api_key': ['V']}",
          "password: correct horse V staple",
          "openssl rsa -passin pass:V",
          "header: X-Api-Key: V",
          "{\"identitytoken\":\"V\"}",
          "X-Amz-Signature=V",
          "SharedAccessSignature=V",
          "password%3DV",
          "curl -b session=V https://h",
          "password: |\n  V\nother: x",
          "  token: >-\n    V",
          "$password = \"V\"",
          "kubectl create secret generic x --from-literal=a=V --from-literal=b=V",
          "ALTER USER bob WITH PASSWORD 'V'",
          "the initial admin password is V",
          "-Djavax.net.ssl.keyStorePassword=V",
          "declare -x HF_TOKEN=\"V\"",
          "{\"password\":\"a\\\"V\"}",
          "helm install x --set auth.password=V",
          "Server=tcp:h,1433;User ID=u;Password={V};Encrypt=true",
          "git clone https://oauth2:V@gitlab.com/x",
          "[\"curl\",\"-u\",\"me:V\",\"https://h\"]",
          "args: ['-u', 'me:V']",
          "[\\\"-u\\\", \\\"me:V\\\"]",
          "[\"--user\", \"me:V\"]",
          "[\"--proxy-user\",\"me:V w\"]",
          "[\"-ume:V\"]",
          "args:\n- -u\n- me:V",
          "args:\n  - \"--user\"\n  - \"me:V\"",
          "['--src-creds', 'me:V']",
          "Password for 'https://me@host': V",
          "Password for 'https://host':  V",
          "[sudo] password for bob: V",
          "Enter passphrase for key '/home/me/.ssh/id_rsa': V",
          "2026-01-01T10:00:00Z Password for \"me@host\": V",
          "mysql -u root <<< \"V\"",
          "mysql <<< V",
          "sudo -S ls <<< 'V'",
          "skopeo login --password-stdin q.io <<< 'a V'",
          "sh -c \"docker login --password-stdin q.io <<< \\\"V\\\"\"",
          "vendor-tool -pV host",
          "[\"tool\",\"-pV\"]",
          "plink -psw V host",
          "plink -pw V host",
          "the password is V",
          "The password for bob is now V.",
          "password was set to 'V'",
          "passphrase is \"V\"",
          "the api key is V",
          "login with the password V failed",
          "password \"V\" was rejected",
          "token: V was rejected",
          "error: the server said that token V is invalid",
          "bad credentials (token=V is expired)");

  /** Files that were encoded, as a name says or what is in them. */
  private static final List<String> ENCODED =
      List.of(
          "apiVersion: v1\nkind: Config\nusers:\n- name: me\n  user:\n    token: V9\n",
          "machine h.example.com login me password V9\n",
          "{\"auths\":{\"q.io\":{\"username\":\"me\",\"password\":\"V9\"}}}",
          "[default]\naws_access_key_id = me\naws_secret_access_key = V9\n",
          "# settings of the job\nDB_PASSWORD=V9\nLEVEL=info\n");

  /** Neither secret nor like one; each stays as it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokenizer: /mnt/models/tokenizer.json",
        "--tokenizer org/Model-7B",
        "--tokenizer-mode auto1",
        "max_tokens=4096",
        "max_num_batched_tokens=8192",
        "--max-num-batched-tokens 8192",
        "key: value",
        "  key: topology.kubernetes.io/zone1",
        "topologyKey: kubernetes.io/hostname",
        "secretName: quay-login1",
        "imagePullSecrets: [{name: quay-login1}]",
        "--pull-secret quay-login1",
        "configMapKeyRef: {name: x1, key: model-id1}",
        "secretKeyRef:\n  name: hf1\n  key: token1",
        "eos_token: <|im_end|>",
        "pad_token='[PAD]'",
        "eos_token_id=151645",
        "use_auth_token=False",
        "docker://alpine@sha256:2f1073e5aa0b4c0f8a4d9b0f2c4c6c8b6f1a7e2d",
        "cache_key=abc123def",
        "Digest: sha256:2f1073e5aa0b4c0f8a4d9b0f2c4c6c8b6f1a7e2d9b0f2c4c6c8b6f1a7e2d9b0f",
        "PWD=/workspace/source",
        "OLDPWD=/home/user",
        "--token-file=/run/secrets/token",
        "--password-stdin",
        "--password is required",
        "-p, --password string   Password",
        "usage: x [--token TOKEN] [--api-key API_KEY]",
        "HF_TOKEN=$(cat /auth/token)",
        "TOKEN=$TOKEN",
        "secret \"quay-login1\" not found",
        "error getting secret: secrets \"hf1\" not found",
        "modelcar run ship -w dockerconfig=secret:quay-login1",
        "--need secret:quay-login1",
        "api_key=None",
        "password: ******",
        "auth: basic",
        "Pass: 12, Fail: 3",
        "PASS: test_a1",
        "unauthorized: authentication required",
        "mkdir -p /workspace/a1",
        "docker run -p 8080:80 x",
        "ssh -p 2222 host",
        "Unexpected token < in JSON at position 0",
        "token expired",
        "POST /v1/completions tokens/s: 35.1",
        "Avg generation throughput: 35.1 tokens/s",
        "password: authentication failed for user bob",
        "TLS_KEY=/etc/tls/tls.key",
        "apiVersion: v1",
        "--set registrySecret=registry",
        "hf://$(params.repo)@$(params.revision1)",
        "- name: hf-token-secret\n  value: huggingface",
        "imageSecret: quay-login",
        "git@github.com:org/repo1.git",
        "ssh://git@github.com/org/repo1",
        "tests/test_auth.py::test_token1 PASSED",
        "password == expected1",
        "sort_key: name1",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=",
        "author: Bob1",
        "authority: example1",
        "passed: 12",
        "compass: north1",
        "monkey: see1",
        "keyboard=us1",
        "tokens: 4096",
        "signature: valid",
        "signature=missing",
        "create configmap x --from-literal=a=b1",
        "script: |\n  echo 1",
        "password is required",
        "MountVolume.SetUp failed for volume \"token1\"",
        "the token is expired since 2026-01-01",
        "the token is 2026-01-01T10:00:00Z",
        "the password is required for user bob1",
        "The password is too short (min8)",
        "token has expired at 10:00:00",
        "token: signature is invalid",
        "the token was rejected",
        "error: token: audience of the token is wrong",
        "fatal: could not read Password for 'https://github.com': terminal prompts disabled",
        "Password for 'https://h': denied",
        "no token for registry.example.com: unauthorized",
        "docker run -u 1000:1000 x",
        "[\"-u\",\"1000:1000\"]",
        "args: ['--user', 'app1:app1']",
        "[\"--user\", \"me:nogroup\"]",
        "args:\n- -u\n- main.py",
        "[\"python\", \"-u\", \"main.py\"]",
        "cat <<< \"hello1\"",
        "mysql -u root <<< \"SELECT 1 FROM t1;\"",
        "docker login --password-stdin q.io <<< \"$PASS1\"",
        "mkdir -pv /a1",
        "ssh -p2222 host",
        "docker run -p8080:80 x",
        "gcc -pthread -O2",
        "mvn -pl core,http",
        "patch -p1",
        "KUBECONFIG=/home/me/.kube/config",
        "KUBECONFIG=$HOME/.kube/config-1",
        "kubeconfig: /etc/kube/admin1.conf",
        "DOCKER_CONFIG=/kaniko/.docker",
        "export KUBECONFIG=/Users/Bob1/Clusters/ProductionEast/kubeconfig",
        "id_rsa: absent",
        "password:\n  valueFrom:\n    secretKeyRef:\n      name: hf1\n      key: token1",
        "{\"token\":{\"secretKeyRef\":{\"name\":\"hf1\",\"key\":\"token1\"}}}",
        "auth:\n  type: basic1\n  mode: token1",
        "password:\nother:\n  value: abc123",
        "{\"key\":{\"value\":\"abc123\"}}",
        "tokenizer:\n  value: tokenizer1.json",
        "quay.io/team/token-server:v1.2.3",
        "YXBpVmVyc2lvbjogdjEKa2luZDogUG9kCm1ldGFkYXRhOgogIG5hbWU6IGEKc3BlYzogewp9Cg==",
        "checksum 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      })
  void leavesWhatIsInnocent(String text) {
    assertThat(Redactor.redact(text)).isEqualTo(text);
    assertThat(Redactor.redact(text.lines().toList())).isEqualTo(text.lines().toList());
  }

  static Stream<String> forms() {
    return Stream.concat(
            NAMES.stream()
                .flatMap(name ->
                    NOTATIONS.stream().map(n -> n.replace("@N", name).replace("@V", CANARY))),
            Stream.concat(
                TEXTS.stream().map(text -> text.replaceAll("V(?!Var)", CANARY)), encoded()))
        .flatMap(text -> Stream.of(text, "before\n" + text + "\nafter"));
  }

  private static Stream<String> encoded() {
    return ENCODED.stream()
        .map(text -> text.replace("V9", CANARY).getBytes(StandardCharsets.UTF_8))
        .flatMap(bytes -> {
          String text = Base64.getEncoder().encodeToString(bytes);
          String wrapped = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes);
          return Stream.of(
              "KUBECONFIG_B64=" + text,
              "data: " + text,
              "echo " + text + " | base64 -d > /home/me/.config",
              wrapped,
              wrapped + "\ndone");
        });
  }

  /** Whether the canary is in a text, or what is encoded there. */
  private static boolean passed(String text) {
    return text.contains(CANARY)
        || BASE64
            .matcher(text)
            .results()
            .map(found -> found.group().replaceAll("[\\s=]", ""))
            .map(word -> word.substring(0, word.length() / 4 * 4))
            .map(word -> new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8))
            .anyMatch(decoded -> decoded.contains(CANARY));
  }

  @Test
  void aFileThatAVariableHasIsTakenOutEvenIfItIsCut() {
    String start =
        Base64.getEncoder()
            .encodeToString(
                "apiVersion: v1\nkind: Config\nclusters: []\n".getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("KUBECONFIG_B64", "KUBE_CONFIG", "kubeConfig", "NETRC_BASE64")) {
      assertThat(Redactor.redact(name + "=" + start)).isEqualTo(name + "=<redacted>");
    }
    assertThat(Redactor.redact("MANIFEST=" + start)).isEqualTo("MANIFEST=" + start);
  }

  @Test
  void takesSecretsOutInEveryForm() {
    List<String> passed = new ArrayList<>();
    forms()
        .forEach(text -> {
          String once = Redactor.redact(text);
          String lines = String.join("\n", Redactor.redact(text.lines().toList()));
          if (passed(once + "\n" + lines)) {
            passed.add(text);
          } else {
            assertThat(Redactor.redact(once)).isEqualTo(once);
          }
        });
    assertThat(passed).isEmpty();
  }

  static Stream<String> objects() {
    return Stream.of(
        "{containers: [{args: [--api-key, V, '--api-key=V'], command: [sh, -c, 'serve --api-key V']}]}",
        "{args: [login, -u, bob, -p, V1x, quay.io]}",
        "{args: [--password, V, --port, '80']}",
        "{env: [{name: S3_SECRET_KEY, value: V}, {name: MYSQL_PWD, value: V}]}",
        "{params: [{name: hf-token, value: V}, {name: apiKey, default: V}, {name: tokens, value: x}, {name: api-keys, value: [V, V]}]}",
        "{kind: ConfigMap, data: {password: V, settings.xml: '<password>V</password>', .netrc: machine h login a password V}, binaryData: {a: V}}",
        "{kind: Secret, data: {any: Y0FuQXJZN3E=}, stringData: {b: V}}",
        "{storage: {accountKey: V}}",
        "{command: [curl], args: [-u, 'me:V', 'https://h']}",
        "{args: ['-ume:V', --proxy-user, 'me:V w', tool, -pV]}",
        "{password: {value: V}, auth: {password: {type: plain, value: V}}}",
        "{params: [{name: login, value: {token: {value: V}}}]}",
        "{annotations: {a: '{\"env\":[{\"name\":\"DB_PASS\",\"value\":\"V\"}]}'}}",
        "{password: 123456789}");
  }

  @ParameterizedTest
  @MethodSource("objects")
  void takesSecretsOutOfObjects(String yaml) {
    JsonNode node = read(yaml.replace("V", CANARY));
    String clean = Redactor.redact(node).toString();
    assertThat(clean)
        .doesNotContain(CANARY)
        .doesNotContain("Y0FuQXJZN3E")
        .doesNotContain("123456789");
    assertThat(Redactor.redact(Redactor.redact(node))).isEqualTo(Redactor.redact(node));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{volumes: [{secret: {secretName: quay-login1}}], imagePullSecrets: [{name: quay1}]}",
        "{env: [{name: X, valueFrom: {configMapKeyRef: {name: a, key: token1}}}]}",
        "{args: [--tokenizer, org/m1, -p, '8080', --max-tokens, '4096', -p, /data]}",
        "{params: [{name: pull-secret, value: quay-login1}, {name: hf-token-secret, value: huggingface}, {name: token, value: $(params.x)}]}",
        "{affinity: {topologyKey: kubernetes.io/hostname1}, automountServiceAccountToken: true}",
        "{args: [-u, '1000:1000', --user, 'app:app', -u, main.py, -u, 'a1:root']}",
        "{password: {valueFrom: {secretKeyRef: {name: a1, key: token1}}}, token: {name: hf1, key: token1}}",
        "{env: [{name: KUBECONFIG, value: /home/me/.kube/config1}]}",
        "{projected: {sources: [{serviceAccountToken: {expirationSeconds: 3607, path: token}}]}}",
        "{workspaces: [{name: dockerconfig, secret: {secretName: quay1}}], tolerations: [{key: gpu1, value: a1}]}"
      })
  void leavesNamesInObjects(String yaml) {
    assertThat(Redactor.redact(read(yaml))).isEqualTo(read(yaml));
  }

  /** What a Secret holds, or an option has, is secret in a log as well. */
  @Test
  void takesAKnownSecretOutEverywhere() {
    JsonNode secret = read("{kind: Secret, metadata: {name: s}, data: {x: Y0FuQXJZN3FYWVo5}}");
    JsonNode pod = read("{kind: Pod, metadata: {name: p}, spec: {args: [--api-key, oThEr9kk]}}");
    Case clean =
        Redactor.redact(
            new Case(
                List.of(new KubeObject(secret), new KubeObject(pod)),
                List.of(
                    new ContainerLog("p", "c", false, List.of("sent cAnArY7qXYZ9", "oThEr9kk"))),
                List.of(),
                List.of()));
    assertThat(clean.logs().getFirst().lines()).containsExactly("sent <redacted>", "<redacted>");
  }

  private static JsonNode read(String yaml) {
    return YamlDocuments.read(yaml).documents().getFirst();
  }
}
