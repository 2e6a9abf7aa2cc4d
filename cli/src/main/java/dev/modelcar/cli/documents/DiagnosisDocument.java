package dev.modelcar.cli.documents;

import dev.modelcar.findings.diagnosis.Report;
import java.util.List;

/** A diagnosis as JSON has it. */
public record DiagnosisDocument(
    List<String> subjects, boolean partial, List<String> gaps, List<FindingDocument> findings) {

  public static DiagnosisDocument of(Report report) {
    return new DiagnosisDocument(
        report.subjects(),
        !report.gaps().isEmpty(),
        report.gaps(),
        report.findings().stream().map(FindingDocument::of).toList());
  }
}
