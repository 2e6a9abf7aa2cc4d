package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.documents.FindingDocument;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Role;
import dev.modelcar.kubernetes.collect.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
      Map.of("secret", "Secret", "configmap", "ConfigMap", "pvc", "PersistentVolumeClaim");

  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

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
      paramLabel = "KIND:NAME",
      description = "secret:NAME, configmap:NAME or pvc:NAME that the run refers to; repeatable")
  List<String> needs = new ArrayList<>();

  @Option(names = "--deploy", description = "the image is going to be served with KServe")
  boolean deploy;

  @Option(names = "--strict", description = "exit with 9 for warnings, too")
  boolean strict;

  @Override
  public Integer call() {
    Console console = console();
    List<Supplier<List<Finding>>> checks = new ArrayList<>();
    checks.add(() -> source(console));
    targets.all().forEach(target -> checks.add(() -> target(console, target)));
    if (kubeconfig || inCluster) {
      List<Map.Entry<String, String>> references = needs.stream().map(this::need).toList();
      checks.add(() -> cluster(references));
    }
    List<Finding> findings =
        Threads.map(checks, checks.size(), "checking", Supplier::get).stream()
            .flatMap(List::stream)
            .toList();
    for (Finding finding : findings) {
      console.result(
          "%-8s %s: %s".formatted(finding.severity().word(), finding.object(), finding.title()));
      if (finding.severity() != Severity.INFO) {
        finding.evidence().forEach(line -> console.result("         " + line));
        finding.fix().stream().limit(1).forEach(fix -> console.result("         " + fix));
      }
    }
    console.document(Map.of("findings", findings.stream().map(FindingDocument::of).toList()));
    boolean bad =
        findings.stream()
            .anyMatch(finding ->
                finding.severity() == Severity.ERROR
                    || (strict && finding.severity() == Severity.WARNING));
    return bad ? ErrorCategory.FINDINGS.exitCode() : 0;
  }

  private Map.Entry<String, String> need(String text) {
    String[] parts = text.split(":", 2);
    String kind = KINDS.get(parts[0].toLowerCase(Locale.ROOT));
    if (kind == null || parts.length < 2 || parts[1].isEmpty()) {
      throw Usage.invalid("--need takes secret:NAME, configmap:NAME or pvc:NAME, not " + text);
    }
    return Map.entry(kind, parts[1]);
  }

  private List<Finding> source(Console console) {
    String name = "source";
    return attempt(
        name,
        () -> {
          List<Finding> found = new ArrayList<>();
          int _ =
              planning
                  .request(List.of(), Set.of(Trait.WITHOUT_TRANSFER))
                  .plan(
                      console,
                      planned -> {
                        found.add(
                            good(
                                name,
                                "source-readable",
                                "can be read: %s, %s; shipping needs no disk"
                                    .formatted(
                                        ByteSize.format(planned.plan().size()),
                                        Texts.count(planned.plan().layers().size(), "layer"))));
                        return 0;
                      });
          return found;
        });
  }

  /** Login and the right to push, as the shipment will need them. */
  private List<Finding> target(Console console, String target) {
    return attempt(
        target,
        () -> {
          try (Session session = planning.session(console)) {
            session.reachAs(List.of(target));
            session.targets(List.of(target)).forEach(each -> each.writer().checkWritable());
          }
          return List.of(good(target, "target-writable", "may be written"));
        });
  }

  private List<Finding> cluster(List<Map.Entry<String, String>> references) {
    return attempt(
        "cluster",
        () -> {
          Catalogue catalogue = Catalogue.standard();
          try (Readiness readiness = Readiness.connect(Optional.ofNullable(namespace))) {
            return readiness.check(account, deploy, references).stream()
                .map(answer ->
                    answer.good()
                        ? good(answer.object(), answer.rule(), answer.what())
                        : bad(answer, catalogue.find(answer.rule()).orElseThrow()))
                .toList();
          }
        });
  }

  private static List<Finding> attempt(String object, Supplier<List<Finding>> check) {
    try {
      return check.get();
    } catch (ModelcarException e) {
      return List.of(
          finding(
              Severity.ERROR,
              e.code().id(),
              String.valueOf(e.getMessage()),
              object,
              List.of(),
              List.of(e.hint())));
    }
  }

  private static Finding good(String object, String rule, String what) {
    return finding(Severity.INFO, rule, what, object, List.of(), List.of());
  }

  private Finding bad(Readiness.Answer answer, Rule rule) {
    List<String> fix =
        rule.fix().stream()
            .map(text ->
                RuleText.open(
                    text.replace("{namespace}", Optional.ofNullable(namespace).orElse("NAMESPACE"))
                        .replace("{account}", account)))
            .toList();
    return finding(
        Severity.ERROR, rule.id(), answer.what(), answer.object(), List.of(answer.said()), fix);
  }

  private static Finding finding(
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
