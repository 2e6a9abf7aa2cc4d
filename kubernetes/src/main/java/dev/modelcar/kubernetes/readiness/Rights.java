package dev.modelcar.kubernetes.readiness;

import dev.modelcar.kubernetes.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the user may start a run, see what becomes of it, and serve what it ships. */
final class Rights {
  private static final List<Right> TO_RUN = rights("tekton.dev/pipelineruns", "create", "get");

  /** Without them a run goes on, unseen. */
  private static final List<Right> TO_WATCH =
      Stream.of(
              rights("tekton.dev/pipelineruns", "watch"),
              rights("tekton.dev/taskruns", "list"),
              rights("/pods", "list"),
              rights("/pods/log", "get"))
          .flatMap(List::stream)
          .toList();

  private static final List<Right> TO_SERVE =
      rights("serving.kserve.io/inferenceservices", "create", "get", "patch");

  private static final List<Right> TO_SEE_IT_SERVE =
      Stream.of(
              rights("apps/deployments", "get"),
              rights("/pods", "list"),
              rights("/events", "list"),
              rights("/pods/portforward", "create"))
          .flatMap(List::stream)
          .toList();

  private final Cluster cluster;

  private record Right(String verb, String group, String resource, String part) {
    @Override
    public String toString() {
      return "%s %s%s".formatted(verb, resource, part.isEmpty() ? "" : "/" + part);
    }
  }

  Rights(Cluster cluster) {
    this.cluster = cluster;
  }

  private static List<Right> rights(String resource, String... verbs) {
    String[] parts = resource.split("/", 3);
    return Stream.of(verbs)
        .map(verb -> new Right(verb, parts[0], parts[1], parts.length < 3 ? "" : parts[2]))
        .toList();
  }

  List<Answer> check(Needs needs) {
    List<Answer> answers = new ArrayList<>();
    answers.add(answer("start runs", TO_RUN, true));
    answers.add(answer("watch runs", TO_WATCH, false));
    if (needs.serving().isPresent()) {
      answers.add(answer("serve models", TO_SERVE, true));
      answers.add(answer("see whether they serve", TO_SEE_IT_SERVE, false));
    }
    return answers;
  }

  private Answer answer(String what, List<Right> rights, boolean needed) {
    String lacking =
        rights.stream()
            .filter(right -> !has(right))
            .map(Right::toString)
            .collect(Collectors.joining(", "));
    String rule = "kubernetes-forbidden";
    String object = "namespace/" + cluster.namespace();
    if (lacking.isEmpty()) {
      return Answer.good(rule, object, "this user may " + what);
    }
    String said = "lacking: " + lacking;
    return needed
        ? Answer.error(rule, object, "this user may not " + what, said)
        : Answer.warning(rule, object, "this user may not " + what, said);
  }

  private boolean has(Right right) {
    return cluster.may(right.verb(), right.group(), right.resource(), right.part());
  }
}
