package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubFault;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequest;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.TokenServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a run says or writes, in success and in failure, holds none of the secrets it used. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SecretsTest {
  private static final String HUB_TOKEN = "hf_QwErTyUiOpAsDfGh";
  private static final String PASSWORD = "p4ss-w0rd-of-registry";
  private static final Pattern SIGNATURE = Pattern.compile("Signature=([0-9a-f]+)");
  private static final Pattern SESSION = Pattern.compile("/blobs/uploads/([^/?]{8,})");
  private static final Pattern STATE = Pattern.compile("_state=([^&]{8,})");

  @TempDir Path folder;

  record Case(String name, BiConsumer<FakeHub, FakeRegistry> trouble) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case hub(HubRequestKind kind, Fault fault) {
    return new Case(
        "hub " + kind + " " + fault.getClass().getSimpleName(),
        (hub, registry) -> hub.faults().add(kind, 1, FaultPlan.ALWAYS, fault));
  }

  private static Case registry(RegistryRequestKind kind, Fault fault) {
    return new Case(
        "registry " + kind + " " + fault.getClass().getSimpleName(),
        (hub, registry) -> registry.faults().add(kind, 1, FaultPlan.ALWAYS, fault));
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("no trouble", (hub, registry) -> {}),
        hub(HubRequestKind.CDN, Fault.status(403)),
        hub(HubRequestKind.CDN, Fault.status(500)),
        hub(HubRequestKind.CDN, new Fault.Reset(When.BEFORE_BODY, 0)),
        hub(HubRequestKind.CDN, new Fault.Hang(When.IN_ANSWER, 0)),
        hub(HubRequestKind.CDN, new Fault.WrongContentRange()),
        hub(HubRequestKind.CDN, new Fault.FlippedByte(200_000)),
        hub(HubRequestKind.RESOLVE_GET, Fault.status(401)),
        hub(HubRequestKind.RESOLVE_GET, new HubFault.RedirectLoop()),
        hub(
            HubRequestKind.RESOLVE_GET,
            new HubFault.RedirectTo("http://127.0.0.1:9/blob?Signature=0123456789abcdef")),
        registry(RegistryRequestKind.UPLOAD_PATCH, Fault.status(500)),
        registry(RegistryRequestKind.UPLOAD_PATCH, Fault.status(401)),
        registry(RegistryRequestKind.UPLOAD_PATCH, Fault.status(404)),
        registry(RegistryRequestKind.UPLOAD_PATCH, new Fault.Reset(When.IN_BODY, 100_000)),
        registry(RegistryRequestKind.UPLOAD_PATCH, new RegistryFault.ForeignLocation("http://x:1")),
        registry(RegistryRequestKind.UPLOAD_CLOSE, Fault.status(503)),
        registry(RegistryRequestKind.UPLOAD_CLOSE, new Fault.Hang(When.BEFORE_BODY, 0)),
        registry(
            RegistryRequestKind.UPLOAD_START, new RegistryFault.ForeignLocation("http://10.0.0.1")),
        registry(RegistryRequestKind.MANIFEST_PUT, Fault.status(403)),
        registry(RegistryRequestKind.BLOB_HEAD, new RegistryFault.CredentialsRefused()));
  }

  private Map<String, String> variables(FakeHub hub) {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME", folder.resolve("home").toString());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("HF_TOKEN", HUB_TOKEN);
    return variables;
  }

  private Path authFile(FakeRegistry registry) throws IOException {
    String auth =
        Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        folder.resolve("auth.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.authority(), auth));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingThatAShipmentSaysIsSecret(Case bad) throws IOException {
    try (TokenServer tokens = TokenServer.start(folder).user("me", PASSWORD);
        FakeHub hub = FakeHub.start().token(HUB_TOKEN);
        FakeRegistry registry =
            FakeRegistry.start(
                RegistrySettings.defaults()
                    .withHabits(Habits.distribution3())
                    .withAuth(new RegistryAuth.Bearer(tokens)))) {
      hub.add("org/model", GeneratedModel.llama(9, 1, 1 << 20)).gate(HUB_TOKEN);
      bad.trouble().accept(hub, registry);
      Path auth = authFile(registry);
      List<Run> runs = new ArrayList<>();
      for (String form : List.of("text", "json")) {
        runs.add(
            Run.of(
                variables(hub),
                List.of("--verbose", "--output", form, "--retry-for", "300ms"),
                "ship",
                "hf://org/model",
                "--base",
                "none",
                "--stall-timeout",
                "400ms",
                "--auth-file",
                auth.toString(),
                "--results-dir",
                folder.resolve("results").toString(),
                "--to",
                "http://" + registry.authority() + "/team/model:" + form,
                "--to",
                "oci:" + folder.resolve("layout") + ":" + form));
      }
      assertThat(hub.requests()).anyMatch(request -> request.hadToken());
      Set<String> secrets = secrets(hub, registry);
      for (Run run : runs) {
        holdsNone("standard output", run.out(), secrets);
        holdsNone("standard error", run.err(), secrets);
      }
      for (String name : List.of("results", "layout")) {
        filesHoldNone(folder.resolve(name), secrets);
      }
      // What a later run needs to go on with an upload is kept, but no credential.
      secrets.removeAll(matches(registry, SESSION));
      secrets.removeAll(matches(registry, STATE));
      filesHoldNone(folder.resolve("home"), secrets);
    }
  }

  private static Set<String> secrets(FakeHub hub, FakeRegistry registry) {
    Set<String> secrets = new TreeSet<>(Set.of(HUB_TOKEN, PASSWORD, "eyJ"));
    secrets.add(
        Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    hub.requests().forEach(request -> add(secrets, SIGNATURE, request.target()));
    secrets.addAll(matches(registry, SESSION));
    secrets.addAll(matches(registry, STATE));
    return secrets;
  }

  private static Set<String> matches(FakeRegistry registry, Pattern pattern) {
    Set<String> found = new TreeSet<>();
    registry.requests().stream()
        .map(RegistryRequest::target)
        .forEach(target -> add(found, pattern, target));
    return found;
  }

  private static void add(Set<String> secrets, Pattern pattern, String target) {
    Matcher matcher = pattern.matcher(target);
    while (matcher.find()) {
      secrets.add(matcher.group(1));
    }
  }

  private static void holdsNone(String where, String text, Set<String> secrets) {
    for (String secret : secrets) {
      assertThat(text).as(where).doesNotContain(secret);
    }
  }

  private static void filesHoldNone(Path root, Set<String> secrets) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        // Weights are random: three letters in them mean nothing.
        Set<String> longer = new TreeSet<>(secrets);
        longer.remove("eyJ");
        holdsNone(file.toString(), text, longer);
      }
    }
  }
}
