package dev.modelcar.cli.commands.lint;

import dev.modelcar.lint.LintedFile;
import dev.modelcar.lint.rules.Problem;
import java.util.List;

/** A finding as the JSON has it. */
record LintFinding(
    String file,
    int line,
    int column,
    String path,
    String severity,
    String rule,
    String message,
    String fix) {

  static List<LintFinding> of(List<LintedFile> files) {
    return files.stream()
        .flatMap(file -> file.all().stream().map(problem -> of(file.name(), problem)))
        .toList();
  }

  static LintFinding of(String file, Problem problem) {
    return new LintFinding(
        file,
        problem.place().line(),
        problem.place().column(),
        problem.path(),
        problem.rule().severity(),
        problem.rule().id(),
        problem.message(),
        problem.fix());
  }

  /** Whether the command fails for it. */
  boolean fails(boolean strict) {
    return severity.equals("error") || (strict && severity.equals("warning"));
  }
}
