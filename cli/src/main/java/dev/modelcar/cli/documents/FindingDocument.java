package dev.modelcar.cli.documents;

import dev.modelcar.findings.diagnosis.Finding;
import java.util.List;
import java.util.Optional;

/** A finding as JSON has it. */
public record FindingDocument(
    String role,
    String severity,
    String rule,
    String title,
    String message,
    String object,
    Optional<String> task,
    Optional<String> step,
    boolean proven,
    List<String> evidence,
    List<String> counterEvidence,
    List<String> fix,
    Optional<String> prevent,
    Optional<String> probe) {

  public static FindingDocument of(Finding finding) {
    return new FindingDocument(
        finding.role().word(),
        finding.severity().word(),
        finding.rule(),
        finding.title(),
        finding.message(),
        finding.object(),
        unlessEmpty(finding.task()),
        unlessEmpty(finding.step()),
        finding.proven(),
        finding.evidence(),
        finding.counterEvidence(),
        finding.fix(),
        unlessEmpty(finding.prevent()),
        unlessEmpty(finding.probe()));
  }

  private static Optional<String> unlessEmpty(String text) {
    return Optional.of(text).filter(given -> !given.isEmpty());
  }
}
