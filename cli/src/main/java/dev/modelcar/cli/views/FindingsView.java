package dev.modelcar.cli.views;

import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.diagnosis.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Findings as people read them: on a terminal, or in an issue or a chat. */
public final class FindingsView {
  private static final int LABEL = 12;

  private final Report report;

  public FindingsView(Report report) {
    this.report = report;
  }

  // ---- text ----

  /** Lines for a terminal. */
  public List<String> text() {
    List<String> lines = new ArrayList<>(report.subjects());
    for (Finding finding : report.findings()) {
      lines.add("");
      lines.add("%s: %s (%s)".formatted(finding.role().word(), finding.title(), finding.rule()));
      label(lines, "where", List.of(where(finding)));
      if (finding.role() == Role.CAUSE) {
        label(lines, "why", List.of(finding.message()));
      }
      label(lines, "evidence", finding.evidence());
      if (finding.role() == Role.CAUSE) {
        label(lines, "not seen", shortened(finding.counterEvidence()));
        label(lines, "what to do", finding.fix());
        label(lines, "to decide", unlessEmpty(finding.probe()));
        label(lines, "prevent it", unlessEmpty(finding.prevent()));
      }
    }
    if (!report.hasCause()) {
      lines.add("");
      lines.add(nothing());
    }
    if (!report.gaps().isEmpty()) {
      lines.add("");
      lines.add("partial: not everything could be read");
      report.gaps().forEach(gap -> lines.add("  " + gap));
    }
    return lines;
  }

  private String nothing() {
    return report.isJudged()
        ? "No failure found."
        : "Nothing could be judged: what is needed to tell whether something failed is missing.";
  }

  private static void label(List<String> lines, String label, List<String> values) {
    String first = label;
    for (String value : values) {
      lines.add("  " + first + " ".repeat(LABEL - first.length()) + value);
      first = "";
    }
  }

  private static List<String> shortened(List<String> counterEvidence) {
    return counterEvidence.stream().map(line -> line.replaceFirst("^not seen: ", "")).toList();
  }

  private static List<String> unlessEmpty(String text) {
    return text.isEmpty() ? List.of() : List.of(text);
  }

  private static String where(Finding finding) {
    return finding.object()
        + (finding.task().isEmpty() ? "" : ", task " + finding.task())
        + (finding.step().isEmpty() ? "" : ", step " + finding.step());
  }

  // ---- Markdown ----

  /** A text for an issue or a chat. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# Diagnosis\n\n");
    report.subjects().forEach(subject -> text.append("- `%s`%n".formatted(code(subject))));
    if (!report.hasCause()) {
      text.append("\n%s\n".formatted(nothing()));
    }
    for (Finding finding : report.findings()) {
      String role = finding.role().word();
      text.append(
          "%n## %s: %s%n%n"
              .formatted(
                  role.substring(0, 1).toUpperCase(Locale.ROOT) + role.substring(1),
                  plain(finding.title())));
      text.append("`%s`, rule `%s`%n".formatted(code(where(finding)), finding.rule()));
      if (finding.role() == Role.CAUSE) {
        text.append("%n%s%n".formatted(plain(finding.message())));
      }
      if (!finding.evidence().isEmpty()) {
        text.append("\n```\n");
        finding
            .evidence()
            .forEach(line -> text.append(Texts.printable(line).replace("```", "'''")).append('\n'));
        text.append("```\n");
      }
      if (finding.role() == Role.CAUSE) {
        list(text, "Looked for and not seen", shortened(finding.counterEvidence()));
        list(text, "What to do", finding.fix());
        list(text, "To decide", unlessEmpty(finding.probe()));
        list(text, "To prevent it", unlessEmpty(finding.prevent()));
      }
    }
    list(text, "Partial: not everything could be read", report.gaps());
    return text.toString();
  }

  private static void list(StringBuilder text, String heading, List<String> items) {
    if (!items.isEmpty()) {
      text.append("%n**%s**%n%n".formatted(heading));
      items.forEach(item -> text.append("- ").append(plain(item)).append('\n'));
    }
  }

  private static String code(String text) {
    return Texts.printable(text).replace('`', '\'');
  }

  private static String plain(String text) {
    return Texts.printable(text).replace("<", "&lt;");
  }
}
