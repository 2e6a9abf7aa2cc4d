package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.tekton.TaskAdvice;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.reuse.PartInventory;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The last word of a pipeline. */
@CommandLine.Command(
    name = "report",
    description = "Says how a pipeline run ended, and what a new run would go on with.",
    footerHeading = "%nExample:%n",
    footer = {
      "  modelcar report --run ship-x7k2p --status Failed --task ship=Failed/TaskRunTimeout \\",
      "    --to quay.io/team/qwen3:0.6b",
      "",
      "For the finally section of pipelines: it looks into the registries, removes receipts that",
      "the image has made superfluous, and ends with 0 whatever it finds."
    })
final class ReportCommand extends Command {
  @Option(names = "--run", paramLabel = "NAME", description = "the name of the run")
  String run = "";

  @Option(names = "--status", paramLabel = "STATUS", description = "how all of it ended")
  String status = "";

  @Option(
      names = "--task",
      paramLabel = "NAME=STATUS[/REASON]",
      description = "how a task ended; repeatable")
  List<String> task = new ArrayList<>();

  @Option(
      names = "--tasks",
      arity = "0..*",
      hidden = true,
      description = "as --task, for pipelines that have a list")
  List<String> tasks = new ArrayList<>();

  @Option(
      names = "--tag-of",
      paramLabel = "IMAGE",
      description = "what was copied: its tag is that of targets without one (default: latest)")
  String tagOf = "";

  @Mixin TargetOptions targets = new TargetOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    ObjectNode json = Json.object();
    json.put("run", run);
    json.put("status", status);
    List<String> all = new ArrayList<>(task);
    all.addAll(tasks);
    console.result("run %s: %s".formatted(run, status.isEmpty() ? "?" : status));
    ArrayNode taskNodes = json.putArray("tasks");
    all.forEach(text -> task(console, text, taskNodes.addObject()));
    List<String> summary = new ArrayList<>();
    ArrayNode targetNodes = json.putArray("targets");
    try (Session session = new Session(environment(), console, registry, transfer)) {
      for (String target : targets.all()) {
        summary.add(target(console, session, target, targetNodes.addObject()));
      }
    }
    console.document(json);
    Map<String, String> results = new LinkedHashMap<>();
    results.put("STATUS", status);
    results.put("SUMMARY", shortened(String.join("; ", summary)));
    console.results(results);
    return 0;
  }

  /** Results of all tasks of a run share one kibibyte. */
  private static String shortened(String text) {
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }

  private static void task(Console console, String text, ObjectNode json) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    String[] outcome = (equals < 0 ? "" : text.substring(equals + 1)).split("/", 2);
    String reason = outcome.length > 1 ? outcome[1] : "";
    json.put("name", name);
    json.put("status", outcome[0]);
    json.put("reason", reason);
    boolean failed = outcome[0].equals("Failed");
    Optional<String> advice = failed ? TaskAdvice.of(reason) : Optional.empty();
    advice.ifPresent(text2 -> json.put("advice", text2));
    console.result(
        "  %s: %s%s%s"
            .formatted(
                name,
                outcome[0].equals("None") ? "did not run" : outcome[0],
                failed && !reason.isEmpty() ? " (" + reason + ")" : "",
                advice.map(said -> ": " + said).orElse("")));
  }

  private String target(Console console, Session session, String text, ObjectNode json) {
    json.put("reference", text);
    try {
      Optional<String> tag = tagOf.isEmpty() ? Optional.empty() : ImageReference.parse(tagOf).tag();
      ShipmentTarget target = session.targets(List.of(text), tag).getFirst();
      PartInventory inventory = new PartInventory(target);
      Optional<Digest> image = inventory.image();
      int removed = inventory.clean();
      List<PartInventory.Found> parts = inventory.parts();
      image.ifPresent(digest -> json.put("digest", digest.toString()));
      json.put("receiptsRemoved", removed);
      ArrayNode nodes = json.putArray("resumable");
      long bytes = 0;
      for (PartInventory.Found part : parts) {
        bytes += part.bytes();
        nodes
            .addObject()
            .put("plan", part.plan().toString())
            .put("part", part.part().toString())
            .put("complete", part.complete())
            .put("layers", part.layers())
            .put("bytes", part.bytes());
      }
      String line =
          "%s: %s%s"
              .formatted(
                  text,
                  image.map(digest -> "has " + digest).orElse("has no image yet"),
                  parts.isEmpty()
                      ? ""
                      : ", and %s in %s that a new run goes on with"
                          .formatted(ByteSize.format(bytes), Texts.count(parts.size(), "receipt")));
      console.result("  " + line);
      return line;
    } catch (ModelcarException e) {
      json.set("error", Documents.error(e));
      String line = "%s: %s (%s)".formatted(text, e.getMessage(), e.code().id());
      console.result("  " + line);
      return line;
    }
  }
}
