package dev.modelcar.bench.workshop;

import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A {@link Helper} at work. */
public final class HelperProcess implements AutoCloseable {
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final int GLANCES = 6000;

  private final ChildProcess process;
  private final Map<String, String> values;

  private HelperProcess(ChildProcess process, Map<String, String> values) {
    this.process = process;
    this.values = Map.copyOf(values);
  }

  public static List<String> command(List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    words.add(Helper.class.getName());
    words.addAll(arguments);
    return words;
  }

  /** Starts it, and waits until it is ready; that may be a while if it has to hash. */
  public static HelperProcess start(Path folder, String... arguments) throws IOException {
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Command(
                command(List.of(arguments)),
                Map.of(),
                folder,
                folder.resolve(arguments[0] + "-" + System.identityHashCode(arguments) + ".log")));
    for (int i = 0; i < GLANCES; i++) {
      if (process.output().endsWith("ready\n")) {
        Map<String, String> values = pairs(process.output());
        return new HelperProcess(process, values);
      }
      if (process.await(GLANCE).isPresent()) {
        break;
      }
    }
    process.close();
    throw new IOException("the helper " + arguments[0] + " does not start: " + process.output());
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return values;
  }

  /** What it said when it was ready. */
  public String value(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the helper did not say its " + name);
    }
    return value;
  }

  /** What was asked of a hub since the last time. */
  public Map<String, Long> countsSinceLastTime() throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(value("control"))).DELETE().build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Map<String, Long> counts = new HashMap<>();
      pairs(body).forEach((name, text) -> counts.put(name, Long.parseLong(text)));
      return counts;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
