package dev.modelcar.cli.commands.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.lint.LintedFile;
import dev.modelcar.lint.decode.JsonText;
import java.util.List;
import java.util.Optional;

/** Prints findings. */
record LintView(Console console, boolean stored) {
  private record Document(
      List<LintFinding> findings, int files, int objects, Optional<List<Stored>> stored) {}

  private record Stored(String file, String name, JsonNode object) {}

  void show(List<LintedFile> files, List<LintFinding> findings) {
    int objects = files.stream().mapToInt(file -> file.objects().size()).sum();
    for (LintFinding finding : findings) {
      console.result(
          "%s:%d:%d: %s %s: %s"
              .formatted(
                  finding.file(),
                  finding.line(),
                  finding.column(),
                  finding.severity(),
                  finding.rule(),
                  finding.message()));
      if (!finding.fix().isEmpty()) {
        console.result("    fix: " + finding.fix());
      }
    }
    console.note(
        "%s, %s and %s in %s of %s"
            .formatted(
                count(findings, "error"),
                count(findings, "warning"),
                count(findings, "info").replace("infos", "notes").replace("info", "note"),
                Texts.count(objects, "object"),
                Texts.count(files.size(), "file")));
    console.document(
        new Document(
            findings,
            files.size(),
            objects,
            stored ? Optional.of(stored(files)) : Optional.empty()));
  }

  private static List<Stored> stored(List<LintedFile> files) {
    return files.stream()
        .flatMap(file ->
            file.objects().stream()
                .map(object ->
                    new Stored(file.name(), object.label(), JsonText.tree(object.stored()))))
        .toList();
  }

  private static String count(List<LintFinding> findings, String severity) {
    return Texts.count(
        findings.stream().filter(finding -> finding.severity().equals(severity)).count(), severity);
  }
}
