package dev.modelcar.cli.commands.findings;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What preflight looked at, as findings. */
final class Checked {
  private static final Catalogue CATALOGUE = Catalogue.standard();

  private Checked() {}

  /** Does a check; its failure is a finding, too. */
  static List<Finding> attempt(String object, Supplier<List<Finding>> check) {
    try {
      return check.get();
    } catch (ModelcarException e) {
      return List.of(failure(object, e));
    }
  }

  static Finding failure(String object, ModelcarException e) {
    return of(
        Severity.ERROR,
        e.code().id(),
        String.valueOf(e.getMessage()),
        object,
        List.of(),
        List.of(e.hint()));
  }

  static Finding good(String rule, String object, String what) {
    return of(Severity.INFO, rule, what, object, List.of(), List.of());
  }

  /**
   * Something that speaks against the run.
   *
   * @param said in evidence; empty if there is none
   * @param namespace for the commands of the fix
   */
  static Finding bad(
      Severity severity,
      String rule,
      String object,
      String what,
      String said,
      Optional<String> namespace) {
    String name = object.substring(object.indexOf('/') + 1);
    List<String> fix =
        CATALOGUE.find(rule).map(Rule::fix).orElse(List.of()).stream()
            .map(text ->
                RuleText.open(
                    namespace
                        .map(known -> text.replace("{namespace}", known))
                        .orElse(text)
                        .replace("{account}", name)
                        .replace("{claim}", name)
                        .replace("{name}", name)
                        .replace("{object}", object)))
            .toList();
    return of(severity, rule, what, object, said.isEmpty() ? List.of() : List.of(said), fix);
  }

  private static Finding of(
      Severity severity,
      String rule,
      String title,
      String object,
      List<String> evidence,
      List<String> fix) {
    return new Finding(
        severity == Severity.ERROR ? Role.CAUSE : Role.NOTE,
        severity,
        rule,
        title,
        title,
        object,
        "",
        "",
        evidence,
        List.of(),
        fix,
        "",
        true,
        "");
  }
}
