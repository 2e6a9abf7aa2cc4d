package dev.modelcar.cli.commands.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.lint.LintedFile;
import dev.modelcar.lint.LintedObject;
import dev.modelcar.lint.TektonVersion;
import dev.modelcar.lint.decode.JsonText;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Schemas.Tekton;
import java.util.List;
import java.util.Optional;

/**
 * Prints findings.
 *
 * @param version of Tekton that was asked for
 * @param stored whether to show objects as they are stored
 */
record LintView(Console console, TektonVersion version, boolean sarif, boolean stored) {
  private record Document(
      List<LintFinding> findings,
      int files,
      int objects,
      Release tekton,
      Optional<List<LintFinding>> fixed,
      Optional<List<Stored>> stored) {}

  /** The release whose fields were used, and how it differs from the version that was asked for. */
  private record Release(String asked, String release, List<String> known, Optional<String> note) {}

  /** An object as it is stored, and the lines that differ from the file's. */
  private record Stored(
      String file, String name, JsonNode object, boolean refused, List<String> diff) {}

  void show(List<LintedFile> files, List<LintFinding> findings, Optional<List<LintFinding>> fixed) {
    if (sarif) {
      console.document(new Sarif(Catalogue.standard()).of(findings, version.note()));
      return;
    }
    fixed.orElse(List.of()).forEach(finding -> line(finding, "fixed"));
    for (LintFinding finding : findings) {
      line(finding, finding.severity());
      if (!finding.fix().isEmpty()) {
        console.result("    fix: " + finding.fix());
      }
    }
    List<Stored> objects = stored ? stored(files) : List.of();
    for (Stored each : objects) {
      console.result(
          "%s: %s as the server %s"
              .formatted(
                  each.file(),
                  each.name(),
                  each.refused() ? "would store it, which it refuses to" : "stores it"));
      each.diff().forEach(text -> console.result("  " + text));
    }
    int count = files.stream().mapToInt(file -> file.objects().size()).sum();
    console.note(
        "%s, %s and %s in %s of %s"
            .formatted(
                Texts.count(count(findings, "error"), "error"),
                Texts.count(count(findings, "warning"), "warning"),
                Texts.count(count(findings, "info"), "note"),
                Texts.count(count, "object"),
                Texts.count(files.size(), "file")));
    console.document(
        new Document(
            findings,
            files.size(),
            count,
            new Release(
                version.asked(), version.release().release(), Tekton.known(), version.note()),
            fixed,
            stored ? Optional.of(objects) : Optional.empty()));
  }

  private void line(LintFinding finding, String what) {
    console.result(
        "%s:%d:%d: %s %s: %s"
            .formatted(
                finding.file(),
                finding.line(),
                finding.column(),
                what,
                finding.rule(),
                finding.message()));
  }

  private static long count(List<LintFinding> findings, String severity) {
    return findings.stream().filter(finding -> finding.severity().equals(severity)).count();
  }

  private static List<Stored> stored(List<LintedFile> files) {
    return files.stream()
        .flatMap(file -> file.objects().stream().map(object -> stored(file, object)))
        .toList();
  }

  private static Stored stored(LintedFile file, LintedObject object) {
    JsonNode now = JsonText.tree(object.stored());
    return new Stored(
        file.name(),
        object.label(),
        now,
        object.problems().stream()
            .anyMatch(problem -> problem.rule().effect() == Rule.Effect.REFUSED),
        StoredDiff.between(JsonText.tree(object.given()), now));
  }
}
