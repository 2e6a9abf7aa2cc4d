package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.commands.cluster.Serving;
import dev.modelcar.cli.commands.registration.ServerOptions;
import dev.modelcar.cli.documents.FindingDocument;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.kubernetes.readiness.Needs;
import dev.modelcar.kubernetes.readiness.Readiness;
import dev.modelcar.kubernetes.serving.ServedKind;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.oci.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks what a run will need before it moves a byte. */
@CommandLine.Command(
    name = "preflight",
    description =
        "Checks, with the credentials of the coming run and without moving anything, whether the source can be read,"
            + " every target written, and the cluster ready. Exits with 9 if something would fail.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar preflight hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b",
      "  modelcar preflight hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b --kubeconfig -n models \\",
      "    --need secret:registry --need pvc:cache"
    })
public final class PreflightCommand extends Command {
  private static final Map<String, String> KINDS =
      Map.of(
          "secret", "Secret",
          "configmap", "ConfigMap",
          "pvc", "PersistentVolumeClaim",
          "task", "Task",
          "pipeline", "Pipeline");

  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(names = "--copy", description = "SOURCE is an image, which is going to be copied")
  boolean copies;

  @Option(names = "--kubeconfig", description = "check the cluster of KUBECONFIG, too")
  boolean kubeconfig;

  @Option(names = "--in-cluster", description = "check the cluster whose pod this is, too")
  boolean inCluster;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "service account of the tasks (default: modelcar)")
  String account = "modelcar";

  @Option(
      names = "--need",
      paramLabel = "KIND:NAME[/KEY]",
      description =
          "object that the run refers to, such as secret:NAME, secret:NAME/KEY, configmap:NAME, pvc:NAME, task:NAME or"
              + " pipeline:NAME; repeatable")
  List<String> needs = new ArrayList<>();

  @Option(
      names = "--deploy",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "NAME",
      description = "the image is going to be served with KServe, as the InferenceService NAME")
  @Nullable String deploy;

  @Option(names = "--gpus", paramLabel = "N", description = "with --deploy: GPUs of each pod")
  int gpus;

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description = "folder that the run downloads the model to: whether it has room for it")
  String workspace = "";

  @Option(
      names = "--rate",
      paramLabel = "SIZE",
      description =
          "bytes per second of the transfer, to predict how long it takes (default: ${DEFAULT-VALUE})")
  String rate = "50MiB";

  @Mixin ServerOptions server = new ServerOptions();

  @Option(names = "--strict", description = "exit with 9 for warnings, too")
  boolean strict;

  @Override
  public Integer call() {
    Console console = console();
    Collection<Finding> known = new ConcurrentLinkedQueue<>();
    // In a pipeline it must not be stricter than the tasks after it.
    if (!targets.acceptsPartial()) {
      planning.retryBriefly();
    }
    ShipmentChecks shipment =
        new ShipmentChecks(console, planning, targets.all(), rate(), copies, known::addAll);
    List<Supplier<List<Finding>>> checks = new ArrayList<>();
    checks.add(() ->
        shipment.check(
            // A task without a volume has an empty one.
            Optional.of(workspace).filter(text -> !text.isBlank()).map(Path::of)));
    if (deploy != null && !deploy.isEmpty()) {
      Serving.checked(deploy);
    }
    if (kubeconfig || inCluster) {
      List<Needs.Reference> references = needs.stream().map(this::need).toList();
      checks.add(() -> noted(known, cluster(references, shipment::size)));
    } else if (!needs.isEmpty() || namespace != null || deploy != null || gpus != 0) {
      throw Usage.invalid(
          "--need, --namespace, --deploy and --gpus need --kubeconfig or --in-cluster");
    }
    if (server.isGiven()) {
      checks.add(() -> noted(known, modelRegistry(console)));
    }
    List<Finding> findings;
    try {
      findings =
          Threads.map(checks, checks.size(), "checking", Supplier::get).stream()
              .flatMap(List::stream)
              .toList();
    } catch (ModelcarException e) {
      if (e.code() != CoreError.STOPPED) {
        throw e;
      }
      // What was found until then is true all the same.
      List<Finding> until = List.copyOf(known);
      until.forEach(finding -> show(console, finding));
      return console.failure(e, documented(until));
    }
    findings.forEach(finding -> show(console, finding));
    long errors = count(findings, Severity.ERROR);
    long warnings = count(findings, Severity.WARNING);
    String summary =
        errors + warnings == 0
            ? "ready: nothing speaks against the run"
            : "%s, %s".formatted(Texts.count(errors, "error"), Texts.count(warnings, "warning"));
    console.result(summary);
    console.results(
        Map.of(
            "ERRORS", Long.toString(errors),
            "WARNINGS", Long.toString(warnings)));
    console.document(documented(findings));
    boolean bad = targets.acceptsPartial() ? shipment.isHopeless(findings) : errors > 0;
    return bad || (strict && warnings > 0) ? ErrorCategory.FINDINGS.exitCode() : 0;
  }

  private static Map<String, List<FindingDocument>> documented(List<Finding> findings) {
    return Map.of("findings", findings.stream().map(FindingDocument::of).toList());
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static List<Finding> noted(Collection<Finding> known, List<Finding> found) {
    known.addAll(found);
    return found;
  }

  private static void show(Console console, Finding finding) {
    console.result(
        "%s: %s: %s".formatted(finding.severity().word(), finding.object(), finding.title()));
    if (finding.severity() != Severity.INFO) {
      finding.evidence().forEach(line -> console.result("  " + line));
      finding.fix().stream().limit(1).forEach(fix -> console.result("  what to do: " + fix));
      console.result("  error id: " + finding.rule());
    }
  }

  private long rate() {
    OptionalLong bytes = ByteSize.parse(rate);
    if (bytes.isEmpty() || bytes.getAsLong() < 1) {
      throw Usage.invalid("--rate takes a size such as 50MiB, not " + rate);
    }
    return bytes.getAsLong();
  }

  private Needs.Reference need(String text) {
    String[] parts = text.split(":", 2);
    String kind = KINDS.get(parts[0].toLowerCase(Locale.ROOT));
    if (kind == null || parts.length < 2 || parts[1].isEmpty() || parts[1].startsWith("/")) {
      throw Usage.invalid(
          "--need takes KIND:NAME or KIND:NAME/KEY with one of the kinds %s, not %s"
              .formatted(String.join(", ", new TreeSet<>(KINDS.keySet())), text));
    }
    String[] name = parts[1].split("/", 2);
    return new Needs.Reference(
        kind, name[0], name.length < 2 ? Optional.empty() : Optional.of(name[1]));
  }

  private List<Finding> cluster(List<Needs.Reference> references, Supplier<OptionalLong> size) {
    Set<String> hosts =
        targets.all().stream()
            .map(ImageReference::parse)
            .filter(ImageReference.Registry.class::isInstance)
            .map(reference -> ((ImageReference.Registry) reference).host())
            .collect(Collectors.toSet());
    Needs asked =
        new Needs(
            account,
            references,
            hosts,
            Optional.ofNullable(deploy).map(_ -> new Needs.Serving(gpus)));
    return Checked.attempt(
        "cluster",
        () -> {
          try (Readiness readiness = Readiness.connect(Optional.ofNullable(namespace))) {
            if (deploy != null && !deploy.isEmpty()) {
              Serving.checkLength(ServedKind.INFERENCE_SERVICE, deploy, readiness.namespace());
            }
            return readiness.check(asked, size).stream()
                .map(answer ->
                    answer.severity() == Severity.INFO
                        ? Checked.good(answer.rule(), answer.object(), answer.what())
                        : Checked.bad(
                            answer.severity(),
                            answer.rule(),
                            answer.object(),
                            answer.what(),
                            answer.said(),
                            Optional.of(readiness.namespace())))
                .toList();
          }
        });
  }

  private List<Finding> modelRegistry(Console console) {
    String object = "model registry";
    return Checked.attempt(
        object,
        () -> {
          try (Session session = planning.session(console)) {
            ModelRegistry opened = server.open(session, console);
            int models = opened.models().size();
            return List.of(
                Checked.good(
                    "model-registry-unreachable",
                    object,
                    "can be read: %s at %s"
                        .formatted(Texts.count(models, "model"), opened.host())));
          }
        });
  }
}
