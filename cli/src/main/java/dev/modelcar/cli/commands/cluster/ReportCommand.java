package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.diagnosis.FailedRun;
import dev.modelcar.cli.documents.DiagnosisDocument;
import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.FindingsView;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.reuse.PartInventory;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reports the outcome of a pipeline run. */
@CommandLine.Command(
    name = "report",
    description =
        "Reports how a pipeline run ended, why, and what a new run could reuse; or joins what several runs printed as"
            + " JSON, such as the workers of one model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar report part-1.json part-2.json seal.json --html model.html",
      "  modelcar report --parts quay.io/team/qwen3:0.6b --html workers.html",
      "  modelcar report --run ship-x7k2p --status Failed --task ship=Failed/TaskRunTimeout \\",
      "    --to quay.io/team/qwen3:0.6b",
      "",
      "For the finally section of pipelines: checks the registries, removes receipts that "
          + "the image has made obsolete, and exits with 0 whatever it finds."
    })
public final class ReportCommand extends RegistryCommand {
  @Option(names = "--run", paramLabel = "NAME", description = "name of the run")
  String run = "";

  @Option(names = "--status", paramLabel = "STATUS", description = "how the run ended")
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
      description = "as --task, for pipelines that have a list: every following word is a task")
  List<String> tasks = new ArrayList<>();

  @Option(
      names = "--tag-of",
      paramLabel = "IMAGE",
      description = "image that was copied: targets without a tag have its tag (default: latest)")
  String tagOf = "";

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "what runs printed with --output json, or their pages; says what is missing")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--parts",
      paramLabel = "IMAGE",
      description =
          "join what the workers left in the registry that shipped the parts of an image which is not yet sealed;"
              + " repeatable")
  List<String> parts = new ArrayList<>();

  @Mixin TargetOptions targets = new TargetOptions();

  /** The tasks of our pipelines that write images under their tags. */
  private static final Set<String> PUBLISHING =
      Set.of("ship", "seal", "copy", "push-to-internal", "push-to-quay");

  private record TaskDocument(String name, String status, String reason, Optional<String> advice) {
    private static TaskDocument of(TaskStatus task, Optional<Finding> why) {
      return new TaskDocument(
          task.name(),
          task.status(),
          task.reason(),
          why.flatMap(found -> found.fix().stream().findFirst()));
    }
  }

  private record Line(String text, Record document) {}

  private record Found(
      String reference, Optional<Digest> digest, int receiptsRemoved, List<Resumable> resumable) {}

  private record Unreachable(String reference, FailureDocument error) {}

  private record Resumable(String plan, String part, boolean complete, int layers, long bytes) {
    private static Resumable of(PartInventory.Found found) {
      return new Resumable(
          found.plan().toString(),
          found.part().toString(),
          found.complete(),
          found.layers(),
          found.bytes());
    }
  }

  @Override
  public Integer call() {
    Console console = console();
    if (!files.isEmpty() || !parts.isEmpty()) {
      return SavedRuns.show(console, files, parts(console));
    }
    if (run.isEmpty() && status.isEmpty() && targets.all().isEmpty()) {
      throw Usage.invalid("report takes files that runs printed, --parts, or --run and --to");
    }
    console.result("run %s: %s".formatted(run, status.isEmpty() ? "?" : status));
    List<TaskStatus> statuses =
        Stream.concat(task.stream(), tasks.stream()).map(TaskStatus::parse).toList();
    Optional<Report> diagnosis = diagnosis(statuses);
    List<TaskDocument> taskDocuments = new ArrayList<>();
    for (TaskStatus each : statuses) {
      Optional<Finding> why =
          each.failed()
              ? diagnosis.flatMap(report -> each.finding(report)).filter(Finding::isExplained)
              : Optional.empty();
      console.result("  " + each.line() + why.map(found -> ": " + found.title()).orElse(""));
      taskDocuments.add(TaskDocument.of(each, why));
    }
    Origin origin = origin(statuses);
    List<Line> lines;
    try (Session session = session()) {
      lines =
          Threads.map(
              targets.all(),
              Math.max(1, targets.all().size()),
              "looking at the targets",
              target -> target(session, target, origin));
    }
    lines.forEach(line -> console.result("  " + line.text()));
    diagnosis.ifPresent(report -> show(console, report));
    console.document(
        Json.object().put("run", run).put("status", status),
        Map.of("tasks", taskDocuments),
        Map.of("targets", lines.stream().map(Line::document).toList()),
        diagnosis
            .map(report -> Map.of("diagnosis", DiagnosisDocument.of(report)))
            .orElse(Map.of()));
    String summary =
        Stream.concat(
                statuses.stream().flatMap(each -> each.failure().stream()),
                lines.stream().map(Line::text))
            .collect(Collectors.joining("; "));
    console.results(Map.of("STATUS", status, "SUMMARY", shortened(summary)));
    return 0;
  }

  /** Where the rights are missing and words alone explain nothing, that is all there is to say. */
  private static void show(Console console, Report report) {
    console.result("");
    if (!report.gaps().isEmpty() && report.findings().stream().noneMatch(Finding::isExplained)) {
      report.gaps().forEach(gap -> console.result("not diagnosed: " + gap));
    } else {
      new FindingsView(report).text().forEach(console::result);
    }
  }

  private List<PartRuns> parts(Console console) {
    if (parts.isEmpty()) {
      return List.of();
    }
    try (Session session = session()) {
      return session.targets(parts, Optional.empty()).stream()
          .map(target -> PartRuns.in(console, target))
          .toList();
    }
  }

  /** Whose an image is that a target has. */
  private enum Origin {
    THIS_RUN("has %s"),
    EARLIER("still has %s, from before"),
    UNKNOWN("has %s, from this run or an earlier one");

    private final String form;

    Origin(String form) {
      this.form = form;
    }
  }

  /** Of several targets, a task that failed may have reached some. */
  private Origin origin(List<TaskStatus> all) {
    List<TaskStatus> publishing =
        all.stream().filter(one -> PUBLISHING.contains(one.name())).toList();
    if (publishing.stream().allMatch(one -> one.status().equals("Succeeded"))) {
      return Origin.THIS_RUN;
    }
    boolean none = publishing.stream().allMatch(one -> one.status().equals("None"));
    return none || targets.all().size() < 2 ? Origin.EARLIER : Origin.UNKNOWN;
  }

  /** Results of all tasks of a run share one kibibyte. */
  private static String shortened(String text) {
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }

  /** Why it failed: of what the cluster has, if the task may read it, else of these words alone. */
  private Optional<Report> diagnosis(List<TaskStatus> statuses) {
    return status.equals("Failed") || statuses.stream().anyMatch(TaskStatus::failed)
        ? Optional.of(
            FailedRun.diagnose(Optional.empty(), run, TaskStatus.known(run, status, statuses)))
        : Optional.empty();
  }

  private Line target(Session session, String text, Origin origin) {
    try {
      Optional<String> tag = tagOf.isEmpty() ? Optional.empty() : ImageReference.parse(tagOf).tag();
      ShipmentTarget target = session.targets(List.of(text), tag).getFirst();
      PartInventory inventory = new PartInventory(target);
      Optional<Digest> image = inventory.image();
      int removed = inventory.clean();
      List<Resumable> parts = inventory.parts().stream().map(Resumable::of).toList();
      long bytes = parts.stream().mapToLong(Resumable::bytes).sum();
      String line =
          "%s: %s%s"
              .formatted(
                  text,
                  image.map(origin.form::formatted).orElse("has no image yet"),
                  parts.isEmpty()
                      ? ""
                      : "; a new run reuses %s in %s"
                          .formatted(ByteSize.format(bytes), Texts.count(parts.size(), "receipt")));
      return new Line(line, new Found(text, image, removed, parts));
    } catch (ModelcarException e) {
      return new Line(
          "%s: %s (%s)".formatted(text, e.getMessage(), e.code().id()),
          new Unreachable(text, FailureDocument.of(e)));
    }
  }
}
