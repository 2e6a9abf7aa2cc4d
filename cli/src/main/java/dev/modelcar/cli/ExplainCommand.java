package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.Json;
import java.util.Locale;
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

  @Option(names = "--list", description = "all ids, with their exit codes")
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
                TransferOptions.usage(
                    "no error has the id " + wanted + ": `modelcar explain --list` has all"));
    console.document(document(code));
    console.result(code.id());
    console.result("  kind:       " + kind(code));
    console.result("  exit code:  " + code.category().exitCode());
    console.result("  again:      " + (code.retryHelps() ? "may succeed later" : "fails again"));
    console.result("  what to do: " + code.hint());
    return 0;
  }

  private static void all(Console console) {
    ObjectNode json = Json.object();
    ArrayNode errors = json.putArray("errors");
    Errors.catalogue().codes().forEach(code -> errors.add(document(code)));
    console.document(json);
    for (ErrorCode code : Errors.catalogue().codes()) {
      console.result("%-30s %3d  %s".formatted(code.id(), code.category().exitCode(), kind(code)));
    }
  }

  private static String kind(ErrorCode code) {
    return code.category().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static ObjectNode document(ErrorCode code) {
    return Json.object()
        .put("id", code.id())
        .put("category", code.category().name().toLowerCase(Locale.ROOT))
        .put("exitCode", code.category().exitCode())
        .put("retryHelps", code.retryHelps())
        .put("hint", code.hint());
  }
}
