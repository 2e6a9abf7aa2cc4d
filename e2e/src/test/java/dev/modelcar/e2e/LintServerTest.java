package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.lint.LintedFile;
import dev.modelcar.lint.LintedObject;
import dev.modelcar.lint.Linter;
import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.rules.Rule.Effect;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lint says of manifests, good ones and each with one mistake, is what an API server with
 * Tekton and KServe says.
 */
final class LintServerTest {
  private static final Pattern UNKNOWN = Pattern.compile("unknown field \\\\?\"(.+?)\\\\?\"");
  private static final Pattern REPEATED =
      Pattern.compile("key \\\\?\"(.+?)\\\\?\" already set in map");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What cannot be known without the cluster; by name, with the reason. */
  private static final Map<String, String> EXCEPTIONS = Map.of();

  private static @TempDir Path folder;
  private static Optional<ChildProcess> proxy = Optional.empty();
  private static URI server = URI.create("http://localhost");
  private static boolean kserve;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Linter linter = new Linter(Schemas.of(Tekton.V1), Tekton.V1);

  /** What becomes of a manifest: whether a lenient and a strict request pass, what is dropped. */
  private record Verdict(boolean lenient, boolean strict, List<String> dropped) {}

  @BeforeAll
  static void reachTheServer() throws IOException {
    assumeTrue(Cluster.missing().isEmpty(), () -> Cluster.missing().orElse(""));
    Programs.need("kubectl");
    Cluster cluster = Cluster.in(folder);
    int port = freePort();
    ChildProcess process = cluster.start("proxy", "--port=" + port);
    proxy = Optional.of(process);
    process.awaitPort(port, PATIENCE);
    server = URI.create("http://127.0.0.1:" + port);
    kserve = cluster.kubectl("get", "crd", "-o", "name").contains("inferenceservices.serving");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() {
    proxy.ifPresent(ChildProcess::close);
  }

  @Test
  void everyVerdictAndEveryDroppedFieldIsTheServers() throws Exception {
    Map<String, String> corpus = corpus();
    assertThat(corpus).hasSizeGreaterThan(kserve ? 200 : 180);
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, String> entry : corpus.entrySet()) {
      Verdict here = lint(entry.getValue());
      Verdict there = ask(entry.getValue());
      if (!here.equals(there) && !EXCEPTIONS.containsKey(entry.getKey())) {
        differences.add("%s:\n  lint   %s\n  server %s".formatted(entry.getKey(), here, there));
      }
    }
    assertThat(differences).isEmpty();
  }

  private Map<String, String> corpus() throws IOException {
    Map<String, String> corpus = new LinkedHashMap<>();
    for (String line : resource("mistakes.txt").lines().toList()) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] parts = line.split("\\|", 2);
      String base = parts[0].strip();
      String[] change = parts[1].stripLeading().split(" => ", 2);
      String good = resource(base + ".yaml");
      String from = unescaped(change[0]);
      assertThat(good).as(line).contains(from);
      corpus.putIfAbsent(base, good);
      corpus.put(
          line,
          good.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(unescaped(change[1]))));
    }
    Path deploy = Path.of("..", "deploy");
    try (Stream<Path> files = Files.walk(deploy)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        String text = Files.readString(file);
        if (Pattern.compile("(?m)^apiVersion: tekton\\.dev/").matcher(text).results().count() == 1
            && !text.contains("\n---")) {
          corpus.put(file.toString(), text.replaceAll("(?m)^  namespace: .*\\n", ""));
        }
      }
    }
    if (!kserve) {
      corpus.values().removeIf(text -> text.contains("serving.kserve.io"));
    }
    return corpus;
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\ ", " ");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = LintServerTest.class.getResourceAsStream("lint/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Verdict lint(String text) {
    LintedFile file = linter.lint("manifest", text.getBytes(StandardCharsets.UTF_8));
    boolean refused =
        file.all().stream().anyMatch(problem -> problem.rule().effect() == Effect.REFUSED);
    List<String> dropped =
        file.objects().stream()
            .map(LintedObject::problems)
            .flatMap(List::stream)
            .filter(problem -> problem.rule().effect() == Effect.DROPPED)
            .map(LintServerTest::name)
            .sorted()
            .toList();
    return new Verdict(!refused, !refused && dropped.isEmpty(), dropped);
  }

  /** The server has no path for a key that stands twice. */
  private static String name(Problem problem) {
    return problem.rule() == Rule.KEY_REPEATED
        ? problem.path().substring(problem.path().lastIndexOf('.') + 1)
        : problem.path();
  }

  private Verdict ask(String text) throws IOException, InterruptedException {
    HttpResponse<String> lenient = send(text, "Warn");
    HttpResponse<String> strict = send(text, "Strict");
    List<String> dropped =
        lenient.headers().allValues("Warning").stream()
            .flatMap(warning ->
                Stream.of(UNKNOWN, REPEATED)
                    .flatMap(form -> form.matcher(warning).results())
                    .map(result -> result.group(1)))
            .sorted()
            .toList();
    return new Verdict(isAccepted(lenient), isAccepted(strict), dropped);
  }

  /** An object that is there already passed all checks. */
  private static boolean isAccepted(HttpResponse<String> response) throws IOException {
    int status = response.statusCode();
    assertThat(status).as(response.body()).isIn(200, 201, 400, 403, 409, 422, 500);
    JsonNode body = Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    assertThat(body.path("message").asText()).doesNotContain("failed calling webhook");
    return status < 300 || status == 409;
  }

  private HttpResponse<String> send(String text, String validation)
      throws IOException, InterruptedException {
    URI uri = server.resolve(path(text) + "?dryRun=All&fieldValidation=%s".formatted(validation));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/yaml")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(text))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static String path(String text) {
    Matcher version = Pattern.compile("(?m)^apiVersion: (\\S+)").matcher(text);
    Matcher kind = Pattern.compile("(?m)^kind: (\\S+)").matcher(text);
    assertThat(version.find() && kind.find()).isTrue();
    String group = version.group(1).contains("/") ? "/apis/" : "/api/";
    String plural = kind.group(1).toLowerCase(Locale.ROOT) + "s";
    return group + version.group(1) + "/namespaces/default/" + plural;
  }
}
