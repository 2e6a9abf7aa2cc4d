package dev.modelcar.kubernetes.readiness;

import dev.modelcar.kubernetes.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the user may start a run and see what becomes of it, and the ServiceAccount of its tasks
 * serve what it ships.
 */
final class Rights {
  private static final String RULE = "kubernetes-forbidden";

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
      answers.addAll(toServe(needs.account()));
    }
    return answers;
  }

  /** It is the ServiceAccount of the tasks that deploys, whoever starts the run. */
  private List<Answer> toServe(String account) {
    Right first = TO_SERVE.getFirst();
    Optional<Boolean> asked =
        cluster.mayAccount(account, first.verb(), first.group(), first.resource(), first.part());
    if (asked.isPresent()) {
      Predicate<Right> has =
          right ->
              cluster
                  .mayAccount(account, right.verb(), right.group(), right.resource(), right.part())
                  .orElse(false);
      String object = "serviceaccount/" + account;
      String who = "the ServiceAccount";
      return List.of(
          answer(object, who, "serve models", TO_SERVE, true, has),
          answer(object, who, "see whether they serve", TO_SEE_IT_SERVE, false, has));
    }
    return List.of(
        Answer.good(
            RULE,
            "serviceaccount/" + account,
            "this user may not create SubjectAccessReviews, so the next two are asked for this user"),
        answer("serve models", TO_SERVE, true),
        answer("see whether they serve", TO_SEE_IT_SERVE, false));
  }

  private Answer answer(String what, List<Right> rights, boolean needed) {
    return answer("namespace/" + cluster.namespace(), "this user", what, rights, needed, this::has);
  }

  private static Answer answer(
      String object,
      String who,
      String what,
      List<Right> rights,
      boolean needed,
      Predicate<Right> has) {
    String lacking =
        rights.stream().filter(has.negate()).map(Right::toString).collect(Collectors.joining(", "));
    if (lacking.isEmpty()) {
      return Answer.good(RULE, object, "%s may %s".formatted(who, what));
    }
    String title = "%s may not %s".formatted(who, what);
    String said = "lacking: " + lacking;
    return needed
        ? Answer.error(RULE, object, title, said)
        : Answer.warning(RULE, object, title, said);
  }

  private boolean has(Right right) {
    return cluster.may(right.verb(), right.group(), right.resource(), right.part());
  }
}
