package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.diagnosis.Errors;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an error or a rule means. */
@CommandLine.Command(
    name = "explain",
    description =
        "Explains an error or a rule of diagnose, preflight and lint by its id, or lists all of them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar explain hub-gated",
      "  modelcar explain push-unauthorized",
      "  modelcar explain --list"
    })
public final class ExplainCommand extends Command {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "the id of an error or a rule")
  @Nullable String id;

  @Option(names = "--list", description = "list all ids: errors with exit codes, then rules")
  boolean list;

  @Override
  public Integer call() {
    Console console = console();
    if (list || id == null) {
      all(console);
      return 0;
    }
    String wanted = id.toLowerCase(Locale.ROOT);
    Optional<ErrorCode> error = Errors.catalogue().find(wanted);
    Optional<Rule> rule = Catalogue.standard().find(wanted);
    if (error.isEmpty() && rule.isEmpty()) {
      throw Usage.invalid(unknown(id));
    }
    error.ifPresent(code -> {
      console.result(code.id());
      console.result("  kind:       " + kind(code));
      console.result("  exit code:  " + code.category().exitCode());
      console.result("  retry:      " + (code.retryHelps() ? "may succeed later" : "fails again"));
      console.result("  what to do: " + code.hint());
    });
    rule.ifPresent(known -> RuleText.of(known).forEach(console::result));
    console.document(
        error.<Object>map(Document::of).orElseGet(() -> RuleDocument.of(rule.orElseThrow())));
    return 0;
  }

  private static String unknown(String id) {
    List<String> near =
        NearIds.of(
            id,
            Stream.concat(
                    Errors.catalogue().codes().stream().map(ErrorCode::id),
                    Catalogue.standard().rules().stream().map(Rule::id))
                .toList());
    return "unknown id %s%s `modelcar explain --list` lists all"
        .formatted(id, near.isEmpty() ? ";" : ": did you mean " + String.join(" or ", near) + "?");
  }

  private static void all(Console console) {
    List<Rule> rules = Catalogue.standard().rules();
    console.document(
        Map.of(
            "errors",
            Errors.catalogue().codes().stream().map(Document::of).toList(),
            "rules",
            rules.stream().map(RuleDocument::of).toList()));
    for (ErrorCode code : Errors.catalogue().codes()) {
      console.result("%-34s %3d  %s".formatted(code.id(), code.category().exitCode(), kind(code)));
    }
    for (Rule rule : rules) {
      console.result(
          "%-34s   -  %s, %s".formatted(rule.id(), rule.category(), rule.severity().word()));
    }
  }

  private static String kind(ErrorCode code) {
    return code.category().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private record Document(
      String id, String category, int exitCode, boolean retryHelps, String hint) {
    private static Document of(ErrorCode code) {
      return new Document(
          code.id(),
          code.category().name().toLowerCase(Locale.ROOT),
          code.category().exitCode(),
          code.retryHelps(),
          code.hint());
    }
  }

  private record RuleDocument(
      String id,
      String category,
      String severity,
      String title,
      String cause,
      boolean proven,
      List<String> fix,
      Optional<String> prevent,
      String doc) {
    private static RuleDocument of(Rule rule) {
      return new RuleDocument(
          rule.id(),
          rule.category(),
          rule.severity().word(),
          RuleText.open(rule.title()),
          rule.cause(),
          rule.proven(),
          rule.fix().stream().map(RuleText::open).toList(),
          Optional.of(rule.prevent()).filter(text -> !text.isEmpty()),
          rule.doc());
    }
  }
}
