package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.FindingsError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a folder of saved objects and logs, as kubectl prints them, in any nesting. */
public final class CaseFolder {
  private static final long LARGEST = 64L << 20;
  private static final int MOST_FILES = 20_000;
  private static final Pattern OBJECTS = Pattern.compile(".*\\.(ya?ml|json)");
  private static final Pattern TEXTS = Pattern.compile(".*\\.(log|txt|out|err|stderr|stdout)");

  /** Before the lines of {@code kubectl logs --prefix}, and of {@code tkn pipelinerun logs}. */
  private static final Pattern OF_POD = Pattern.compile("^\\[pod/([^/\\]]+)/([^\\]]+)\\] ?");

  private static final Pattern OF_TASK = Pattern.compile("^\\[([\\w.-]+) : ([\\w.-]+)\\] ?");

  /** Of a node: {@code NAMESPACE_POD_UID/CONTAINER/0.log}. */
  private static final Pattern OF_NODE =
      Pattern.compile(".*?[^/_]+_([^/_]+)_[\\w-]+/([^/]+)/\\d+\\.log");

  private static final Pattern PREVIOUS = Pattern.compile("[._-](?:previous|prev)$");

  private final Path folder;
  private final List<KubeObject> objects = new ArrayList<>();
  private final List<ContainerLog> logs = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private final Set<String> pods = new HashSet<>();

  private CaseFolder(Path folder) {
    this.folder = folder;
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
    try {
      return new CaseFolder(folder).read();
    } catch (IOException e) {
      throw new ModelcarException(
          FindingsError.CASE_UNREADABLE, "%s cannot be read: %s".formatted(folder, e), e);
    }
  }

  /** Files of a folder in their order; links count as long as they lead to files of it. */
  public static List<Path> files(Path folder) throws IOException {
    Path root = folder.toRealPath();
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> Files.isRegularFile(file))
          .filter(file -> isWithin(root, file))
          .limit(MOST_FILES)
          .sorted()
          .toList();
    }
  }

  /** What lies outside is nothing of the case, and may be private. */
  private static boolean isWithin(Path root, Path file) {
    try {
      return !Files.isSymbolicLink(file) || file.toRealPath().startsWith(root);
    } catch (IOException e) {
      return false;
    }
  }

  private void linksOutside() throws IOException {
    Path root = folder.toRealPath();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(file -> Files.isSymbolicLink(file) && !isWithin(root, file))
          .limit(MOST_FILES)
          .sorted()
          .forEach(file ->
              gaps.add(name(file) + " was not read: a link that leads to nothing in the folder"));
    }
  }

  /** Whether a file is taken for objects rather than for a log. */
  public static boolean holdsObjects(Path file) {
    return OBJECTS.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Whether a file is read at all. */
  public static boolean isRead(Path file) {
    return holdsObjects(file) || TEXTS.matcher(String.valueOf(file.getFileName())).matches();
  }

  private Case read() throws IOException {
    List<Path> files = files(folder);
    linksOutside();
    for (Path file : files) {
      if (holdsObjects(file)) {
        readObjects(file);
      }
    }
    for (KubeObject object : objects) {
      pods.add(object.kind().equals("Pod") ? object.name() : object.text("status", "podName"));
      object.list("status", "retriesStatus").forEach(attempt -> pods.add(attempt.text("podName")));
    }
    for (Path file : files) {
      if (!holdsObjects(file) && isRead(file)) {
        readLog(file);
      }
    }
    if (objects.isEmpty() && logs.isEmpty()) {
      throw new ModelcarException(
          FindingsError.CASE_UNREADABLE,
          "%s has no Kubernetes objects and no logs%s"
              .formatted(folder, gaps.isEmpty() ? "" : ": " + gaps.getFirst()));
    }
    return new Case(objects, logs, texts, gaps);
  }

  private String name(Path file) {
    return folder.equals(file)
        ? String.valueOf(file.getFileName())
        : folder.relativize(file).toString();
  }

  private void readObjects(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        gaps.add(name(file) + " was not read: larger than 64 MiB");
        return;
      }
      YamlDocuments read = YamlDocuments.read(LogReader.text(Files.readAllBytes(file)));
      read.problems().forEach(problem -> gaps.add("%s: %s".formatted(name(file), problem)));
      int before = objects.size() + gaps.size();
      read.documents().forEach(document -> add(document, name(file)));
      boolean silent = read.problems().isEmpty() && objects.size() + gaps.size() == before;
      if (silent && read.documents().stream().noneMatch(one -> one.path("items").isArray())) {
        gaps.add(name(file) + " has no Kubernetes object");
      }
    } catch (IOException e) {
      gaps.add("%s cannot be read: %s".formatted(name(file), e.getClass().getSimpleName()));
    }
  }

  private void add(JsonNode node, String file) {
    if (node.isArray()) {
      node.forEach(element -> add(element, file));
    } else if (node.path("items").isArray()) {
      String kind = node.path("kind").asText("").replaceFirst("List$", "");
      for (JsonNode item : node.path("items")) {
        if (!kind.isEmpty() && item.isObject() && !item.has("kind")) {
          ((ObjectNode) item).put("kind", kind);
        }
        add(item, file);
      }
    } else if (node.path("kind").isTextual()) {
      KubeObject object = new KubeObject(node);
      boolean named = node.path("metadata").path("name").isTextual();
      boolean event = object.kind().equals("Event") && node.path("metadata").isObject();
      if (named || event || !object.text("metadata", "generateName").isEmpty()) {
        objects.add(object);
      } else {
        gaps.add("%s: a %s without a name".formatted(file, object.kind()));
      }
    }
  }

  private void readLog(Path file) {
    try {
      LogReader.Excerpt excerpt = LogReader.read(file);
      if (!excerpt.whole()) {
        gaps.add(
            name(file)
                + " is large: of its middle, only lines that may tell of a failure were kept");
      }
      String base = String.valueOf(file.getFileName()).replaceFirst("\\.[a-z]+$", "");
      Matcher previous = PREVIOUS.matcher(base);
      boolean isPrevious = previous.find();
      String place = isPrevious ? base.substring(0, previous.start()) : base;
      Path parent = file.toAbsolutePath().getParent();
      String above = parent == null ? "" : String.valueOf(parent.getFileName());
      String pod;
      String container;
      int dot = place.lastIndexOf('.');
      Matcher node = OF_NODE.matcher(file.toString().replace('\\', '/'));
      if (node.matches()) {
        pod = node.group(1);
        container = node.group(2);
      } else if (pods.contains(place)) {
        pod = place;
        container = "";
      } else if (dot > 0) {
        pod = place.substring(0, dot);
        container = place.substring(dot + 1);
      } else if (pods.contains(above)) {
        pod = above;
        container = place;
      } else {
        pod =
            pods.stream()
                .filter(known -> !known.isEmpty() && place.startsWith(known))
                .max(Comparator.comparingInt(String::length))
                .orElse("");
        container = place.substring(pod.length()).replaceFirst("^[._-]+", "");
      }
      if (String.valueOf(file.getFileName()).equals(CaseWriter.GAPS)) {
        gaps.addAll(excerpt.lines());
      } else if (pod.isEmpty() && hasPrefixes(excerpt.lines())) {
        addPrefixed(excerpt.lines());
      } else if (pod.isEmpty()) {
        List<KubeObject> printed = KubectlText.objects(excerpt.lines());
        objects.addAll(printed);
        texts.addAll(excerpt.lines());
        if (printed.isEmpty() && pods.isEmpty() && file.toString().endsWith(".log")) {
          logs.add(new ContainerLog(place, "", isPrevious, excerpt.lines()));
        }
      } else {
        logs.add(new ContainerLog(pod, container, isPrevious, excerpt.lines()));
      }
    } catch (IOException e) {
      gaps.add("%s cannot be read: %s".formatted(name(file), e.getClass().getSimpleName()));
    }
  }

  private static boolean hasPrefixes(List<String> lines) {
    return lines.stream()
        .anyMatch(line -> OF_POD.matcher(line).find() || OF_TASK.matcher(line).find());
  }

  /** The logs of several containers in one file. */
  private void addPrefixed(List<String> lines) {
    Map<List<String>, List<String>> byContainer = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher ofPod = OF_POD.matcher(line);
      Matcher ofTask = OF_TASK.matcher(line);
      if (ofPod.find()) {
        byContainer
            .computeIfAbsent(List.of(ofPod.group(1), ofPod.group(2)), key -> new ArrayList<>())
            .add(line.substring(ofPod.end()));
      } else if (ofTask.find()) {
        byContainer
            .computeIfAbsent(
                List.of(podOf(ofTask.group(1)), "step-" + ofTask.group(2)),
                key -> new ArrayList<>())
            .add(line.substring(ofTask.end()));
      } else {
        texts.add(line);
      }
    }
    byContainer.forEach(
        (key, own) -> logs.add(new ContainerLog(key.get(0), key.get(1), false, own)));
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
