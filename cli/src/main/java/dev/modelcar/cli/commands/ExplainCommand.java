package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an error means. */
@CommandLine.Command(
    name = "explain",
    description = "Explains an error by its id, or lists all of them.",
    footerHeading = "%nExamples:%n",
    footer = {"  modelcar explain hub-gated", "  modelcar explain --list"})
final class ExplainCommand extends Command {
  @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "the id of an error")
  @Nullable String id;

  @Option(names = "--list", description = "list all ids with their exit codes")
  boolean list;

  @Override
  public Integer call() {
    Console console = console();
    String wanted = id;
    if (list || wanted == null) {
      all(console);
      return 0;
    }
    ErrorCode code =
        Errors.catalogue()
            .find(wanted.toLowerCase(Locale.ROOT))
            .orElseThrow(() ->
                Usage.invalid(
                    "unknown error id " + wanted + "; `modelcar explain --list` lists all"));
    console.document(Document.of(code));
    console.result(code.id());
    console.result("  kind:       " + kind(code));
    console.result("  exit code:  " + code.category().exitCode());
    console.result("  retry:      " + (code.retryHelps() ? "may succeed later" : "fails again"));
    console.result("  what to do: " + code.hint());
    return 0;
  }

  private static void all(Console console) {
    List<Document> errors = Errors.catalogue().codes().stream().map(Document::of).toList();
    console.document(Map.of("errors", errors));
    for (ErrorCode code : Errors.catalogue().codes()) {
      console.result("%-30s %3d  %s".formatted(code.id(), code.category().exitCode(), kind(code)));
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
}
