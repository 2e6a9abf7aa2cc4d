package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.hub.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tool as people start it: a process of its own, with nothing of the tester's own settings. */
final class Modelcar {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern DIGEST = Pattern.compile("@(sha256:[0-9a-f]{64})");

  private final Path folder;
  private final Map<String, String> variables = new HashMap<>();
  private String heap = "256m";

  private Modelcar(Path folder) {
    this.folder = folder;
    for (String name : List.of("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")) {
      variables.put(name, folder.toString());
    }
    for (String name : List.of("HF_TOKEN", "REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "HTTP_PROXY")) {
      variables.put(name, "");
    }
    variables.put("LC_ALL", "C.UTF-8");
  }

  /** A tool that works in a folder, which is its home too. */
  static Modelcar in(Path folder) throws IOException {
    return new Modelcar(Files.createDirectories(folder));
  }

  Modelcar with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** Gives Java another heap than people's. */
  Modelcar withHeap(String size) {
    heap = size;
    return this;
  }

  Modelcar with(FakeHub hub) {
    return with("HF_ENDPOINT", hub.endpoint().toString());
  }

  /** Starts a command, and does not wait for it. */
  ChildProcess start(String... arguments) throws IOException {
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heap));
    words.add("-jar");
    words.add(root.resolve("cli/target/modelcar-cli-0.1.0.jar").toString());
    words.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, "modelcar-", ".log");
    return ChildProcess.start(new ChildProcess.Command(words, variables, folder, output));
  }

  /** Runs a command that has to succeed, and returns all that it wrote. */
  String run(String... arguments) throws IOException {
    try (ChildProcess process = start(arguments)) {
      int code = process.await(PATIENCE).orElse(-1);
      assertThat(code)
          .describedAs("modelcar %s: %s", List.of(arguments), process.output())
          .isZero();
      return process.output();
    }
  }

  /** Runs a shipment that has to succeed, and returns the digest of the image. */
  String ship(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("ship"));
    words.addAll(List.of(arguments));
    return digest(run(words.toArray(String[]::new)));
  }

  /** The digest that a shipment says the image has. */
  static String digest(String output) {
    Matcher matcher = DIGEST.matcher(output);
    assertThat(matcher.find()).describedAs(output).isTrue();
    return matcher.group(1);
  }
}
