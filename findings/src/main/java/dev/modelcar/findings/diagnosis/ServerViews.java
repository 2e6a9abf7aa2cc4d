package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Rule;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.ServerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What registries and the Hub say of the images and models of a run. They are asked later and with
 * another login than the run had, so what they say is evidence for or against a cause, and none by
 * itself, with one exception: many registries deny what they do not have.
 */
final class ServerViews {
  private static final Set<String> MISSING =
      Set.of(
          "pull-not-found",
          "serve-image-not-found",
          "image-not-pushed",
          "repository-not-found",
          "image-pull-failed",
          "hub-not-found");
  private static final Map<String, String> DENIED =
      Map.of(
          "pull-unauthorized", "pull-not-found",
          "serve-pull-unauthorized", "serve-image-not-found");
  private static final Set<String> OTHERS =
      Set.of("hub-gated", "hub-token-invalid", "push-unauthorized", "push-not-authorized");

  private final World world;
  private final Judge judge;
  private final List<ServerView> views;

  ServerViews(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
    this.views = ServerView.of(world.given());
  }

  /** What else they said, and that it does not count. */
  List<String> contradictions() {
    return ServerView.contradictions(world.given());
  }

  void addTo(List<Finding> findings) {
    if (views.isEmpty()) {
      return;
    }
    findings.replaceAll(finding -> finding.role() == Role.CAUSE ? views(finding) : finding);
    moved().ifPresent(findings::add);
  }

  /** A cause with what the servers say of what it names. */
  private Finding views(Finding finding) {
    boolean concerned =
        MISSING.contains(finding.rule())
            || DENIED.containsKey(finding.rule())
            || OTHERS.contains(finding.rule());
    List<ServerView> about =
        concerned ? views.stream().filter(view -> isNamed(view, finding)).toList() : List.of();
    Finding result = finding;
    for (ServerView view : about) {
      result = with(result, view);
    }
    return result;
  }

  /** Whether the evidence names it; the Hub's models are named by the run alone. */
  private static boolean isNamed(ServerView view, Finding finding) {
    return view.server() == ServerView.Server.HUB
        ? finding.rule().startsWith("hub-")
        : !finding.rule().startsWith("hub-")
            && finding.evidence().stream().anyMatch(line -> line.contains(view.name()));
  }

  private Finding with(Finding finding, ServerView view) {
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(view.quoted());
    Optional<Rule> instead =
        view.state() == ServerView.State.MISSING
            ? Optional.ofNullable(DENIED.get(finding.rule())).map(judge::rule)
            : Optional.empty();
    if (instead.isPresent()) {
      Map<String, String> values = Map.of("image", view.name());
      return changed(
          finding,
          instead.get().id(),
          Place.filled(instead.get().title(), values),
          finding.message()
              + " The registry denies what it does not have: with a login, it says that the image is"
              + " missing.",
          evidence,
          Stream.concat(
                  instead.get().fix().stream().map(fix -> Place.filled(fix, values)),
                  finding.fix().stream())
              .toList());
    }
    return changed(
        finding,
        finding.rule(),
        finding.title(),
        finding.message() + hint(finding, view),
        evidence,
        finding.fix());
  }

  /** What the difference between then and now, or between two logins, tells. */
  private static String hint(Finding finding, ServerView view) {
    if (view.state() != ServerView.State.FOUND) {
      return "";
    }
    if (finding.rule().startsWith("hub-")) {
      return " The Hub let the machine that asked read it, so the token of the step is missing or another one.";
    }
    return MISSING.contains(finding.rule())
        ? " It was there when the registry was asked: it was pushed after this failed, or the login of the pod may not see it."
        : " The image exists and the login of the machine that asked may read it: the pod's does not suffice.";
  }

  private static Finding changed(
      Finding finding,
      String rule,
      String title,
      String message,
      List<String> evidence,
      List<String> fix) {
    return new Finding(
        finding.role(),
        finding.severity(),
        rule,
        title,
        message,
        finding.object(),
        finding.task(),
        finding.step(),
        evidence,
        finding.counterEvidence(),
        fix,
        finding.prevent(),
        finding.proven(),
        finding.probe());
  }

  /** A pod runs what a tag led to when it was pulled. */
  private Optional<Finding> moved() {
    for (KubeObject pod : world.of("Pod")) {
      for (KubeObject status : PodDiagnosis.statuses(pod)) {
        String id = status.text("imageID");
        int at = id.indexOf("@sha256:");
        Optional<ServerView> other =
            views.stream()
                .filter(view -> view.name().equals(status.text("image")))
                .filter(view -> !view.digest().isEmpty() && !view.name().contains("@"))
                .filter(view -> at >= 0 && !id.endsWith("@" + view.digest()))
                .findFirst();
        if (other.isPresent()) {
          Rule rule = judge.rule("tag-moved");
          return Optional.of(
              RunDiagnosis.note(
                  Role.NOTE,
                  rule,
                  pod.reference(),
                  pod.label("tekton.dev/pipelineTask"),
                  rule.title().replace("{image}", other.get().name()),
                  "%s container %s: %s; %s"
                      .formatted(pod.reference(), status.text("name"), id, other.get().quoted())));
        }
      }
    }
    return Optional.empty();
  }
}
