package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.redaction.Redactor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Decides what is not proven by what its probe says. */
public final class Probes {
  private static final Pattern NAMESPACE = Pattern.compile(" -n (\\S+)");
  private static final String LOGIN = " has a login for ";
  private static final int MOST_LINES = 3;

  private Probes() {}

  /**
   * What came of a probe.
   *
   * @param lines that it printed
   * @param failure why it was not run; empty if it was
   */
  public record Outcome(List<String> lines, String failure) {
    public Outcome {
      lines = List.copyOf(lines);
    }
  }

  /**
   * A report with the findings that are not proven decided.
   *
   * @param run runs a probe
   */
  public static Report decide(Report report, Catalogue catalogue, Function<String, Outcome> run) {
    return new Report(
        report.subjects(),
        report.findings().stream()
            .map(finding ->
                finding.proven() || finding.probe().isEmpty()
                    ? finding
                    : decide(finding, catalogue, run.apply(finding.probe())))
            .toList(),
        report.gaps());
  }

  private static Finding decide(Finding finding, Catalogue catalogue, Outcome outcome) {
    Rule rule = catalogue.find(finding.rule()).orElseThrow();
    List<String> lines = ofHost(finding, Redactor.redact(outcome.lines()));
    Optional<String> against = first(rule.decision().refuted(), lines);
    Optional<String> decisive = against.or(() -> first(rule.decision().confirmed(), lines));
    if (decisive.isEmpty()) {
      String said =
          outcome.failure().isEmpty()
              ? "probe: it does not decide; it printed %d lines".formatted(lines.size())
              : "probe: not run: " + outcome.failure();
      return with(
          finding,
          rule,
          finding.title(),
          finding.message(),
          Stream.concat(
                  Stream.of(said), lines.stream().limit(MOST_LINES).map(line -> "probe: " + line))
              .toList(),
          false);
    }
    List<String> evidence = List.of("probe: " + decisive.get().strip());
    String title = Place.upper(finding.title().replaceFirst("^" + Place.NOT_PROVEN, ""));
    if (against.isEmpty()) {
      String message = finding.message().replace(Place.UNPROVEN, "The probe proves it. ");
      return with(finding, rule, title, message, evidence, true);
    }
    Optional<Rule> instead = catalogue.find(rule.decision().instead());
    String refuted = "The probe rules out the likely cause (%s). ".formatted(rule.id());
    return instead
        .map(other -> with(finding, other, other.title(), refuted + other.cause(), evidence, true))
        .orElseGet(() -> with(finding, rule, "Refuted: " + title, refuted, evidence, false));
  }

  /** A login for another registry proves nothing, nor does one where the registry is unknown. */
  private static List<String> ofHost(Finding finding, List<String> lines) {
    if (lines.stream().noneMatch(line -> line.contains(LOGIN))) {
      return lines;
    }
    Optional<String> host =
        finding.evidence().stream()
            .flatMap(line -> Judge.host(line).stream())
            .map(found -> found.endsWith("docker.io") ? "docker.io" : found)
            .findFirst();
    if (host.isEmpty()) {
      return lines.stream().map(line -> line.replace(LOGIN, ": login for ")).toList();
    }
    return lines.stream().anyMatch(line -> line.contains(host.get()))
        ? lines.stream().filter(line -> line.contains(host.get())).toList()
        : List.of(
            "the pod has no login for %s, only these: %s"
                .formatted(host.get(), String.join("; ", lines).replace(LOGIN, ": ")));
  }

  private static Optional<String> first(List<Pattern> patterns, List<String> lines) {
    return lines.stream()
        .filter(line -> patterns.stream().anyMatch(pattern -> pattern.matcher(line).find()))
        .findFirst();
  }

  private static Finding with(
      Finding finding, Rule rule, String title, String message, List<String> more, boolean proven) {
    Map<String, String> values = new HashMap<>();
    Matcher namespace = NAMESPACE.matcher(finding.probe());
    if (namespace.find()) {
      values.put("namespace", namespace.group(1));
    }
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.addAll(more);
    boolean same = rule.id().equals(finding.rule());
    return new Finding(
        finding.role(),
        finding.severity(),
        rule.id(),
        Place.filled(title, values),
        Place.filled(message, values),
        finding.object(),
        finding.task(),
        finding.step(),
        evidence,
        same ? finding.counterEvidence() : List.of(),
        same ? finding.fix() : rule.fix().stream().map(fix -> Place.filled(fix, values)).toList(),
        rule.prevent(),
        proven,
        proven ? "" : finding.probe());
  }
}
