package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.FindingsError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a folder of saved objects and logs, as kubectl prints them, in any nesting. */
public final class CaseFolder {
  private static final int LARGEST = 64 << 20;

  /** Of a node: {@code NAMESPACE_POD_UID/CONTAINER/0.log}. */
  private static final Pattern OF_NODE =
      Pattern.compile(".*?[^/_]+_([^/_]+)_[\\w-]+/([^/]+)/\\d+\\.log");

  /** Of {@code oc adm inspect} and must-gather, which keep logs before a restart beside others. */
  private static final Pattern OF_INSPECT =
      Pattern.compile(
          ".*/pods/([^/]+)/([^/]+)/\\2/logs/(current|previous)(?:\\.insecure)?\\.log(?:\\.gz)?");

  private static final Pattern PREVIOUS = Pattern.compile("[._-](?:previous|prev)$");

  private final Path folder;
  private final CaseFiles found;
  private final List<KubeObject> objects = new ArrayList<>();
  private final List<ContainerLog> logs = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private final Set<String> pods = new HashSet<>();
  private final Map<String, KubeObject> byUid = new HashMap<>();

  private CaseFolder(Path folder) throws IOException {
    this.folder = folder;
    // What a link leads to is meant, if it is named by itself.
    this.found = CaseFiles.of(Files.isSymbolicLink(folder) ? folder.toRealPath() : folder);
  }

  /**
   * Reads a folder, or a single file.
   *
   * @throws ModelcarException if there is none, or nothing in it can be read
   */
  public static Case read(Path folder) {
    if (!Files.exists(folder)) {
      throw new ModelcarException(
          FindingsError.CASE_NOT_FOUND, "there is no folder or file " + folder);
    }
    if (!Files.isDirectory(folder) && !Files.isRegularFile(folder)) {
      throw new ModelcarException(
          FindingsError.CASE_UNREADABLE,
          folder + " is neither a file nor a folder, but a pipe, a socket or a device",
          "Write what it holds to a file, and name that.",
          null);
    }
    try {
      return new CaseFolder(folder).read();
    } catch (IOException e) {
      throw new ModelcarException(
          FindingsError.CASE_UNREADABLE,
          "%s cannot be read: %s".formatted(folder, IoReason.of(e)),
          e);
    }
  }

  /** The files of a folder that are read, in their order. */
  public static List<Path> files(Path folder) throws IOException {
    return CaseFiles.of(folder).files();
  }

  private Case read() throws IOException {
    gaps.addAll(found.unused());
    for (Path file : found.files()) {
      if (CaseFiles.holdsObjects(file)) {
        read(file, this::readObjects);
      }
    }
    for (KubeObject object : objects) {
      pods.add(object.kind().equals("Pod") ? object.name() : object.text("status", "podName"));
      object.list("status", "retriesStatus").forEach(attempt -> pods.add(attempt.text("podName")));
    }
    for (Path file : found.files()) {
      if (!CaseFiles.holdsObjects(file)) {
        read(file, this::readLog);
      }
    }
    if (objects.isEmpty() && logs.isEmpty()) {
      throw unreadable(folder, gaps);
    }
    return new Case(objects, logs, texts, gaps);
  }

  private static ModelcarException unreadable(Path folder, List<String> gaps) {
    String more = gaps.size() < 2 ? "" : " (and %d more)".formatted(gaps.size() - 1);
    return new ModelcarException(
        FindingsError.CASE_UNREADABLE,
        "%s has no Kubernetes objects and no logs%s"
            .formatted(folder, gaps.isEmpty() ? "" : ": " + gaps.getFirst() + more));
  }

  /** Reads one of the files, which may vanish, or may not be read, or be no text. */
  @FunctionalInterface
  private interface Reading {
    void of(Path file) throws IOException;
  }

  private void read(Path file, Reading reading) {
    String name = found.name(file);
    try {
      if (!LogReader.isText(file)) {
        gaps.add(CaseFiles.unread(name, "it is not text"));
      } else {
        reading.of(file);
      }
    } catch (IOException e) {
      gaps.add(CaseFiles.unread(name, IoReason.of(e)));
    }
  }

  private void readObjects(Path file) throws IOException {
    String name = found.name(file);
    byte[] bytes;
    try (InputStream in = LogReader.open(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length == 0 || bytes.length > LARGEST) {
      gaps.add(CaseFiles.unread(name, bytes.length == 0 ? "it is empty" : "larger than 64 MiB"));
      return;
    }
    YamlDocuments read = YamlDocuments.read(LogReader.text(bytes));
    read.problems().forEach(problem -> gaps.add("%s: %s".formatted(name, problem)));
    int before = objects.size() + gaps.size();
    read.documents().forEach(document -> add(document, name));
    boolean silent = read.problems().isEmpty() && objects.size() + gaps.size() == before;
    if (silent && read.documents().stream().noneMatch(one -> one.path("items").isArray())) {
      gaps.add(name + " has no Kubernetes object");
    }
  }

  private void add(JsonNode node, String file) {
    if (node.isArray()) {
      node.forEach(element -> add(element, file));
    } else if (node.path("items").isArray()) {
      String kind = node.path("kind").asText("").replaceFirst("List$", "");
      for (JsonNode item : node.path("items")) {
        if (!kind.isEmpty() && item instanceof ObjectNode object && !item.has("kind")) {
          object.put("kind", kind).set("apiVersion", node.path("apiVersion"));
        }
        add(item, file);
      }
    } else if (node.path("kind").isTextual()) {
      KubeObject object = new KubeObject(node);
      boolean named = node.path("metadata").path("name").isTextual();
      boolean event = object.kind().equals("Event") && node.path("metadata").isObject();
      if (!uid(object).isEmpty() && !isNewer(object)) {
        return;
      }
      if (named || event || !object.text("metadata", "generateName").isEmpty()) {
        objects.add(object);
      } else {
        gaps.add("%s: a %s without a name".formatted(file, object.kind()));
      }
    }
  }

  private static String uid(KubeObject object) {
    return object.text("metadata", "uid");
  }

  /** Whether an object was not read before, in another file; if it was, the newest one counts. */
  private boolean isNewer(KubeObject object) {
    KubeObject before = byUid.get(object.kind() + uid(object));
    boolean newer = before == null || version(object) > version(before);
    if (newer) {
      byUid.put(object.kind() + uid(object), object);
      if (before != null) {
        objects.remove(before);
      }
    }
    return newer;
  }

  private static long version(KubeObject object) {
    return object.at("metadata", "resourceVersion").node().asLong(0);
  }

  private void readLog(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    LogReader.Excerpt excerpt = LogReader.read(file);
    if (name.equals(CaseWriter.GAPS)) {
      gaps.addAll(excerpt.lines());
      return;
    }
    if (!excerpt.whole()) {
      gaps.add(
          found.name(file)
              + " is large: of its middle, only lines that may tell of a failure were kept");
    }
    Source source = source(file);
    boolean inspected = OF_INSPECT.matcher(slashes(file)).matches();
    if (excerpt.lines().isEmpty() && inspected) {
      return;
    }
    if (excerpt.lines().isEmpty() && !pods.contains(source.pod())) {
      gaps.add(CaseFiles.unread(found.name(file), "it is empty"));
    } else {
      add(file, source, excerpt.lines());
    }
  }

  private void add(Path file, Source source, List<String> lines) {
    boolean known = !source.pod().isEmpty() && pods.contains(source.pod());
    Optional<SharedLog> shared = SharedLog.read(lines, known, pods, this::podOf);
    if (shared.isPresent()) {
      logs.addAll(shared.get().logs());
      texts.addAll(shared.get().others());
    } else if (!source.pod().isEmpty()) {
      logs.add(source.log(lines));
    } else {
      addOutput(file, source, lines);
    }
  }

  /** What a program printed of which the name of the file does not tell the pod. */
  private void addOutput(Path file, Source source, List<String> lines) {
    List<KubeObject> printed = KubectlText.objects(lines);
    objects.addAll(printed);
    if (printed.isEmpty() && !CaseWriter.isText(file)) {
      logs.add(new Source(source.container(), "", source.previous()).log(lines));
    } else {
      texts.addAll(lines);
    }
  }

  private static String slashes(Path file) {
    return file.toString().replace('\\', '/');
  }

  /** Whose output a file has, as far as its name tells; the pod is empty if it does not. */
  private record Source(String pod, String container, boolean previous) {
    ContainerLog log(List<String> lines) {
      return new ContainerLog(pod, container, previous, lines);
    }
  }

  private Source source(Path file) {
    Matcher inspect = OF_INSPECT.matcher(slashes(file));
    if (inspect.matches()) {
      return new Source(inspect.group(1), inspect.group(2), inspect.group(3).equals("previous"));
    }
    String base =
        String.valueOf(file.getFileName())
            .replaceFirst("\\.gz$", "")
            .replaceFirst("\\.[a-z]+$", "");
    Matcher previous = PREVIOUS.matcher(base);
    boolean isPrevious = previous.find();
    String place = isPrevious ? base.substring(0, previous.start()) : base;
    Path parent = file.toAbsolutePath().getParent();
    String above = parent == null ? "" : String.valueOf(parent.getFileName());
    int dot = place.lastIndexOf('.');
    Matcher node = OF_NODE.matcher(slashes(file));
    if (node.matches()) {
      return new Source(node.group(1), node.group(2), isPrevious);
    }
    if (pods.contains(place)) {
      return new Source(place, "", isPrevious);
    }
    if (dot > 0) {
      return new Source(place.substring(0, dot), place.substring(dot + 1), isPrevious);
    }
    if (pods.contains(above)) {
      return new Source(above, place, isPrevious);
    }
    String pod =
        pods.stream()
            .filter(known -> !known.isEmpty() && place.startsWith(known))
            .max(Comparator.comparingInt(String::length))
            .orElse("");
    String container = place.substring(pod.length()).replaceFirst("^[._-]+", "");
    return new Source(pod, container, isPrevious);
  }

  private String podOf(String task) {
    return objects.stream()
        .filter(object -> object.label("tekton.dev/pipelineTask").equals(task))
        .map(object -> object.text("status", "podName"))
        .filter(pod -> !pod.isEmpty())
        .findFirst()
        .orElse(task);
  }
}
