package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the containers of logs that people saved under names of their own, such as {@code push.log}
 * or {@code predictor-previous.log}. A log is given to a container only where no other comes into
 * question, and where that has no log already.
 */
final class LogOwners {
  /** A container that may have printed something. */
  private record Printer(String pod, String container, boolean failed) {
    String step() {
      return container.replaceFirst("^step-", "");
    }
  }

  private static final Pattern OF_ANY_LOG =
      Pattern.compile("(?i)-(?:(?:\\d+|step|task|container|logs?|out|output|stdout|stderr)-)*");

  private final Set<Printer> printers = new LinkedHashSet<>();
  private final Set<String> pods = new HashSet<>();
  private final List<ContainerLog> given;

  private LogOwners(Case known) {
    this.given = known.logs();
    for (KubeObject object : known.objects()) {
      switch (object.kind()) {
        case "Pod" -> ofPod(object);
        case "TaskRun" -> ofTask(object);
        default -> {}
      }
    }
    printers.removeIf(this::hasLog);
  }

  /** The logs of a case, each with its pod, as far as that can be told. */
  static List<ContainerLog> assign(Case known) {
    LogOwners owners = new LogOwners(known);
    return known.logs().stream().map(owners::assign).toList();
  }

  private void ofPod(KubeObject pod) {
    pods.add(pod.name());
    for (KubeObject status : PodDiagnosis.statuses(pod)) {
      add(pod.name(), status.text("name"), PodDiagnosis.hasFailed(status));
    }
  }

  private void ofTask(KubeObject task) {
    String pod = task.text("status", "podName");
    if (!pod.isEmpty()) {
      pods.add(pod);
      for (KubeObject step : task.list("status", "steps")) {
        add(pod, TaskState.container(step), step.number("terminated", "exitCode") != 0);
      }
    }
    task.list("status", "retriesStatus").forEach(attempt -> pods.add(attempt.text("podName")));
  }

  /** A pod and its TaskRun have the same containers. */
  private void add(String pod, String container, boolean failed) {
    boolean before = printers.remove(new Printer(pod, container, true));
    printers.remove(new Printer(pod, container, false));
    printers.add(new Printer(pod, container, failed || before));
  }

  private boolean hasLog(Printer printer) {
    return given.stream()
        .filter(log -> log.pod().equals(printer.pod()))
        .anyMatch(log ->
            log.container().isEmpty()
                || log.container().equals(printer.container())
                || log.container().equals(printer.step()));
  }

  private boolean isLone(ContainerLog log) {
    return !pods.contains(log.pod());
  }

  private ContainerLog assign(ContainerLog log) {
    if (!isLone(log) || Refusals.areIn(log.lines())) {
      return log;
    }
    String name = log.container().isEmpty() ? log.pod() : log.pod() + "." + log.container();
    List<Printer> found = named(name);
    boolean ofAnother =
        !log.container().isEmpty() || printers.stream().anyMatch(each -> isOfAnother(name, each));
    if (found.isEmpty() && isOnly(log) && !ofAnother) {
      found = only(List.copyOf(printers), Printer::failed);
    }
    return found.size() == 1
        ? new ContainerLog(
            found.getFirst().pod(), found.getFirst().container(), log.previous(), log.lines())
        : log;
  }

  /** Whether there is no other log without a pod, but the same container's before a restart. */
  private boolean isOnly(ContainerLog log) {
    return given.stream()
        .filter(this::isLone)
        .allMatch(other ->
            other.equals(log) || (other.previous() != log.previous() && sameName(other, log)));
  }

  private static boolean sameName(ContainerLog one, ContainerLog other) {
    return one.pod().equals(other.pod()) && one.container().equals(other.container());
  }

  /** The only container that a name fits, by container and pod if it has both. */
  private List<Printer> named(String name) {
    List<Printer> byContainer =
        printers.stream()
            .filter(printer -> hasWord(name, printer.container()) || hasWord(name, printer.step()))
            .toList();
    List<Printer> byBoth = byContainer.stream().filter(printer -> isOfPod(name, printer)).toList();
    List<Printer> byContainerAlone =
        byContainer.stream().filter(printer -> namesNothingElse(name, printer)).toList();
    List<Printer> byPod = printers.stream().filter(printer -> isOfPod(name, printer)).toList();
    return Stream.of(byBoth, byContainerAlone, byPod)
        .map(list -> list.size() > 1 ? only(list, Printer::failed) : list)
        .filter(list -> list.size() == 1)
        .findFirst()
        .orElse(List.of());
  }

  private static List<Printer> only(List<Printer> all, Predicate<Printer> which) {
    List<Printer> found = new ArrayList<>(all.stream().filter(which).toList());
    return found.size() == 1 ? found : List.of();
  }

  /** Whether a name has another in it, with nothing but separators beside. */
  private static boolean hasWord(String name, String word) {
    return !word.isEmpty() && ("-" + dashes(name) + "-").contains("-" + dashes(word) + "-");
  }

  /** Whether a name begins like that of a pod, or has it in it. */
  private static boolean isOfPod(String name, Printer printer) {
    String shorter =
        dashes(name).replaceFirst("-(?:step-)?" + Pattern.quote(dashes(printer.step())) + "$", "");
    return hasWord(name, printer.pod()) || (dashes(printer.pod()) + "-").startsWith(shorter + "-");
  }

  /** Whether a name has no more than that of a container, a number, or a word for what it is. */
  private static boolean namesNothingElse(String name, Printer printer) {
    String rest =
        ("-" + dashes(name) + "-")
            .replaceFirst("-" + Pattern.quote(dashes(printer.step())) + "-", "-");
    return OF_ANY_LOG.matcher(rest).matches();
  }

  /** Whether a name begins like that of a pod and goes on otherwise: it is of another run. */
  private static boolean isOfAnother(String name, Printer printer) {
    String first = dashes(printer.pod()).replaceFirst("-.*", "-");
    return dashes(name).startsWith(first) && !isOfPod(name, printer);
  }

  private static String dashes(String name) {
    return name.replaceAll("[._/-]+", "-");
  }
}
