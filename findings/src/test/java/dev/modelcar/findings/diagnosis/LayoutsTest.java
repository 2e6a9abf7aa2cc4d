package dev.modelcar.findings.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The cases of the corpus, saved as other tools save them: each has the same cause. */
final class LayoutsTest {
  /** Layouts in which each case is written; the next case has the next ones. */
  private static final int EACH = 3;

  private static final String TIME = "2026-01-01T00:00:00.123456789Z ";

  @TempDir static Path folder;

  /** Writes a case. */
  @FunctionalInterface
  private interface Layout {
    void write(Case found, Path into) throws IOException;
  }

  private static final Map<String, Layout> LAYOUTS =
      Map.of(
          "must-gather", LayoutsTest::mustGather,
          "cluster-info", LayoutsTest::clusterInfo,
          "prefix-timestamps", (found, into) -> prefixed(found, into, "[pod/%s/%s] " + TIME),
          "prefix", (found, into) -> prefixed(found, into, "[pod/%s/%s] "),
          "stern", (found, into) -> prefixed(found, into, "%s %s "),
          "stern-timestamps", (found, into) -> prefixed(found, into, "%s %s " + TIME),
          "gzip", LayoutsTest::gzip,
          "utf-16", LayoutsTest::utf16,
          "events-v1", LayoutsTest::newEvents,
          "docker-json", LayoutsTest::dockerJson);

  @TestFactory
  Stream<DynamicTest> layouts() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    List<String> names = LAYOUTS.keySet().stream().sorted().toList();
    int next = 0;
    for (String corpus : List.of("cluster", "stories")) {
      JsonNode expected =
          YamlDocuments.read(Files.readString(CorpusTest.CORPUS.resolve(corpus + ".yaml")))
              .documents()
              .getFirst();
      for (Map.Entry<String, JsonNode> one : expected.properties()) {
        Case found = CaseFolder.read(CorpusTest.CORPUS.resolve(corpus).resolve(one.getKey()));
        if (!found.logs().isEmpty()) {
          for (int i = 0; i < EACH; i++) {
            String name = names.get(next++ % names.size());
            tests.add(test(name, one.getKey(), found, one.getValue().asText()));
          }
        }
      }
    }
    return tests.stream();
  }

  private static DynamicTest test(String name, String key, Case found, String rule) {
    return DynamicTest.dynamicTest(
        name + " " + key,
        () -> {
          Path into = Files.createDirectories(folder.resolve(name, key));
          Objects.requireNonNull(LAYOUTS.get(name)).write(found, into);
          text(into.resolve("said.txt"), String.join("\n", found.texts()));
          check(into, rule);
        });
  }

  private static void check(Path into, String rule) {
    Report report = CorpusTest.diagnose(into);
    assertThat(
            report.findings().stream()
                .filter(finding -> finding.role() == Role.CAUSE)
                .map(Finding::rule))
        .as("%s: %s %s", into, report.findings(), report.gaps())
        .isEqualTo(rule.equals("none") ? List.of() : List.of(rule));
  }

  private static void text(Path file, String text) throws IOException {
    if (!text.isEmpty()) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  private static void objects(List<KubeObject> objects, Path file) throws IOException {
    text(
        file,
        objects.stream()
            .map(one -> Json.pretty(one.node()))
            .collect(Collectors.joining("\n---\n")));
  }

  /** A list without kinds of its items, as clients print that read into types. */
  private static String list(List<KubeObject> objects) {
    ObjectNode list = Json.object();
    JsonNode first = objects.getFirst().node();
    list.put("kind", first.path("kind").asText() + "List");
    list.set("apiVersion", first.path("apiVersion"));
    var items = list.putArray("items");
    for (KubeObject object : objects) {
      ObjectNode item = object.node().deepCopy();
      item.remove(List.of("kind", "apiVersion"));
      items.add(item);
    }
    return list.toPrettyString();
  }

  private static void lists(Case found, Path into, String end) throws IOException {
    for (var kind : found.objects().stream().collect(groupingBy(KubeObject::kind)).entrySet()) {
      text(into.resolve(kind.getKey() + end), list(kind.getValue()));
    }
  }

  private static void mustGather(Case found, Path into) throws IOException {
    Path namespace = into.resolve("quay-io-x-must-gather-sha256-abc/namespaces/models");
    lists(found, namespace.resolve("core"), "s.yaml");
    for (KubeObject pod : found.objects()) {
      if (pod.kind().equals("Pod")) {
        objects(List.of(pod), namespace.resolve("pods/%s/%1$s.yaml".formatted(pod.name())));
      }
    }
    for (ContainerLog log : found.logs()) {
      text(
          namespace.resolve(
              "pods/%s/%s/%2$s/logs/%s.log"
                  .formatted(log.pod(), log.container(), log.previous() ? "previous" : "current")),
          lines(log, TIME));
      text(
          namespace.resolve(
              "pods/%s/%s/%2$s/logs/previous.insecure.log".formatted(log.pod(), log.container())),
          "\n");
    }
  }

  private static void clusterInfo(Case found, Path into) throws IOException {
    lists(found, into.resolve("models"), "s.json");
    for (var pod : found.logs().stream().collect(groupingBy(ContainerLog::pod)).entrySet()) {
      StringBuilder all = new StringBuilder();
      for (ContainerLog log : pod.getValue()) {
        if (!log.previous()) {
          String of =
              "logs for container %s of pod models/%s ====\n".formatted(log.container(), log.pod());
          all.append("==== START ")
              .append(of)
              .append(lines(log, ""))
              .append("==== END ")
              .append(of);
        }
      }
      text(into.resolve("models").resolve(pod.getKey()).resolve("logs.txt"), all.toString());
    }
    writePrevious(found, into);
  }

  private static void writePrevious(Case found, Path into) throws IOException {
    for (ContainerLog log : found.logs()) {
      if (log.previous()) {
        text(
            into.resolve("%s.%s.previous.log".formatted(log.pod(), log.container())),
            lines(log, ""));
      }
    }
  }

  private static String lines(ContainerLog log, String before) {
    return log.lines().stream().map(line -> before + line + "\n").collect(Collectors.joining());
  }

  private static void prefixed(Case found, Path into, String form) throws IOException {
    objects(found.objects(), into.resolve("objects.yaml"));
    StringBuilder all = new StringBuilder();
    for (ContainerLog log : found.logs()) {
      if (!log.previous()) {
        if (form.startsWith("%")) {
          all.append("+ %s › %s\n".formatted(log.pod(), log.container()));
        }
        all.append(lines(log, form.formatted(log.pod(), log.container())));
      }
    }
    text(into.resolve("all.log"), all.toString());
    writePrevious(found, into);
  }

  private static void gzip(Case found, Path into) throws IOException {
    Files.write(
        into.resolve("objects.yaml.gz"),
        packed(
            found.objects().stream()
                .map(one -> Json.pretty(one.node()))
                .collect(Collectors.joining("\n---\n"))));
    for (ContainerLog log : found.logs()) {
      Files.write(into.resolve(name(log) + ".gz"), packed(lines(log, "")));
    }
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String name(ContainerLog log) {
    return "%s.%s%s.log".formatted(log.pod(), log.container(), log.previous() ? ".previous" : "");
  }

  private static void utf16(Case found, Path into) throws IOException {
    objects(found.objects(), into.resolve("objects.yaml"));
    for (ContainerLog log : found.logs()) {
      text(into.resolve(name(log)), lines(log, ""));
    }
    for (Path file : CaseFolder.files(into)) {
      String text = "\ufeff" + Files.readString(file).replace("\n", "\r\n");
      Files.write(file, text.getBytes(StandardCharsets.UTF_16LE));
    }
  }

  private static void newEvents(Case found, Path into) throws IOException {
    List<KubeObject> objects = new ArrayList<>();
    for (KubeObject object : found.objects()) {
      ObjectNode event = object.node().deepCopy();
      if (object.kind().equals("Event")) {
        event.put("apiVersion", "events.k8s.io/v1");
        event.set("regarding", event.remove("involvedObject"));
        event.set("note", event.remove("message"));
        move(event, "lastTimestamp", "deprecatedLastTimestamp");
        move(event, "firstTimestamp", "deprecatedFirstTimestamp");
        move(event, "count", "deprecatedCount");
        move(event, "source", "deprecatedSource");
      }
      objects.add(new KubeObject(event));
    }
    objects(objects, into.resolve("objects.yaml"));
    for (ContainerLog log : found.logs()) {
      text(into.resolve(name(log)), lines(log, ""));
    }
  }

  private static void move(ObjectNode event, String from, String to) {
    if (event.has(from)) {
      event.set(to, event.remove(from));
    }
  }

  private static void dockerJson(Case found, Path into) throws IOException {
    objects(found.objects(), into.resolve("objects.yaml"));
    for (ContainerLog log : found.logs()) {
      text(
          into.resolve(name(log)),
          log.lines().stream()
              .map(line ->
                  Json.object()
                      .put("log", line + "\n")
                      .put("stream", "stderr")
                      .put("time", TIME.strip())
                      .toString())
              .collect(Collectors.joining("\n")));
    }
  }
}
