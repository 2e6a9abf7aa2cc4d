package dev.modelcar.findings.diagnosis;

import java.util.List;

/**
 * What a diagnosis says.
 *
 * @param subjects what was diagnosed, and how it stands, such as {@code pipelinerun/NAME: failed}
 * @param findings causes first, then consequences, then notes
 * @param gaps what could not be read; if there are any, the diagnosis is partial
 */
public record Report(List<String> subjects, List<Finding> findings, List<String> gaps) {
  public Report {
    subjects = List.copyOf(subjects);
    findings = List.copyOf(findings);
    gaps = List.copyOf(gaps);
  }

  /** How a subject stands of which nothing says whether it failed. */
  static final String NOT_JUDGED = ": not judged";

  /** Whether anything could be judged; if not, that nothing was found means nothing. */
  public boolean isJudged() {
    return hasCause() || subjects.stream().anyMatch(subject -> !subject.endsWith(NOT_JUDGED));
  }

  /** Whether something failed. */
  public boolean hasCause() {
    return findings.stream().anyMatch(finding -> finding.role() == Role.CAUSE);
  }
}
