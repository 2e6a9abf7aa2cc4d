package dev.modelcar.findings.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file with the logs of several containers, as kubectl, tkn and stern print them. */
final class SharedLog {
  /** Before each line with {@code kubectl logs --prefix}. */
  private static final Pattern OF_POD = Pattern.compile("^\\[pod/([^/\\]]+)/([^\\]]+)\\] ?");

  /** Of {@code tkn pipelinerun logs}. */
  private static final Pattern OF_TASK = Pattern.compile("^\\[([\\w.-]+) : ([\\w.-]+)\\] ?");

  /** Of stern, with the namespace if there are several. */
  private static final Pattern OF_STERN =
      Pattern.compile("^([a-z0-9][a-z0-9.-]*) ([a-z0-9][a-z0-9-]*)(?: |$)");

  private static final Pattern ANNOUNCED =
      Pattern.compile("^[+-] (?:[a-z0-9-]+ )?([a-z0-9.-]+) › [a-z0-9-]+$");

  /** Of {@code kubectl cluster-info dump}. */
  private static final Pattern BOUNDARY =
      Pattern.compile("^==== (START|END) logs for container (\\S+) of pod \\S*?([^/\\s]+) ====$");

  private final Set<String> pods;
  private final UnaryOperator<String> podOf;
  private final Map<List<String>, List<String>> byContainer = new LinkedHashMap<>();
  private final List<String> others = new ArrayList<>();

  /** Whose line it is, and where what was printed begins. */
  private record Owner(String pod, String container, int end) {}

  /**
   * @param pods that are known
   * @param podOf the pod of a task
   */
  private SharedLog(Set<String> pods, UnaryOperator<String> podOf) {
    this.pods = pods;
    this.podOf = podOf;
  }

  /**
   * Takes a file apart; empty if it is the log of one container, or none.
   *
   * @param known whether the name of the file tells the pod
   * @param pods that are known
   * @param podOf the pod of a task
   */
  static Optional<SharedLog> read(
      List<String> lines, boolean known, Set<String> pods, UnaryOperator<String> podOf) {
    SharedLog log = new SharedLog(pods, podOf);
    if (lines.stream().anyMatch(line -> BOUNDARY.matcher(line).find())) {
      log.takeParts(lines);
      return Optional.of(log);
    }
    boolean prefixed =
        lines.stream()
            .anyMatch(line -> OF_POD.matcher(line).find() || OF_TASK.matcher(line).find());
    Set<String> streamed = log.streamed(lines);
    if (known || (!prefixed && streamed.isEmpty())) {
      return Optional.empty();
    }
    lines.forEach(line -> log.take(line, log.owner(line, streamed)));
    return Optional.of(log);
  }

  List<ContainerLog> logs() {
    List<ContainerLog> logs = new ArrayList<>();
    byContainer.forEach(
        (key, own) -> logs.add(new ContainerLog(key.get(0), key.get(1), false, own)));
    return logs;
  }

  /** Lines of no container. */
  List<String> others() {
    return Collections.unmodifiableList(others);
  }

  /** The pods that most lines begin with; of such a file, each line has one. */
  private Set<String> streamed(List<String> lines) {
    Set<String> known = new HashSet<>(pods);
    known.remove("");
    for (String line : lines) {
      Matcher announced = ANNOUNCED.matcher(line);
      if (announced.find()) {
        known.add(announced.group(1));
      }
    }
    long own =
        lines.stream().filter(line -> isAnnounced(line) || stern(line, known).isPresent()).count();
    boolean any = lines.stream().anyMatch(line -> stern(line, known).isPresent());
    return any && own * 10 >= lines.size() * 9L ? known : Set.of();
  }

  private static boolean isAnnounced(String line) {
    return ANNOUNCED.matcher(line).find();
  }

  private static Optional<Owner> stern(String line, Set<String> known) {
    int second = line.indexOf(' ') + 1;
    return owned(line, 0, known)
        .or(() -> second > 0 ? owned(line, second, known) : Optional.empty());
  }

  private static Optional<Owner> owned(String line, int from, Set<String> known) {
    Matcher matcher = OF_STERN.matcher(line).region(from, line.length());
    return matcher.find() && known.contains(matcher.group(1))
        ? Optional.of(new Owner(matcher.group(1), matcher.group(2), matcher.end()))
        : Optional.empty();
  }

  private Optional<Owner> owner(String line, Set<String> streamed) {
    Matcher ofPod = OF_POD.matcher(line);
    if (ofPod.find()) {
      return Optional.of(new Owner(ofPod.group(1), ofPod.group(2), ofPod.end()));
    }
    Matcher ofTask = OF_TASK.matcher(line);
    if (ofTask.find()) {
      return Optional.of(
          new Owner(podOf.apply(ofTask.group(1)), "step-" + ofTask.group(2), ofTask.end()));
    }
    return stern(line, streamed);
  }

  private void take(String line, Optional<Owner> owner) {
    if (owner.isPresent()) {
      Owner one = owner.get();
      own(one.pod(), one.container()).add(LogExcerpt.withoutTime(line.substring(one.end())));
    } else if (!isAnnounced(line)) {
      others.add(line);
    }
  }

  private void takeParts(List<String> lines) {
    List<String> part = others;
    for (String line : lines) {
      Matcher boundary = BOUNDARY.matcher(line);
      if (!boundary.find()) {
        part.add(line);
      } else if (boundary.group(1).equals("START")) {
        part = own(boundary.group(3), boundary.group(2));
      } else {
        part = others;
      }
    }
  }

  private List<String> own(String pod, String container) {
    return byContainer.computeIfAbsent(List.of(pod, container), key -> new ArrayList<>());
  }
}
