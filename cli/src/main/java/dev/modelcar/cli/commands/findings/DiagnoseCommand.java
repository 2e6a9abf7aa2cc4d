package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.diagnosis.Errors;
import dev.modelcar.cli.documents.DiagnosisDocument;
import dev.modelcar.cli.options.OutputOptions;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.FindingsView;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.diagnosis.Diagnoser;
import dev.modelcar.findings.diagnosis.Probes;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.CaseWriter;
import dev.modelcar.findings.redaction.Redactor;
import dev.modelcar.kubernetes.collect.Collector;
import dev.modelcar.kubernetes.collect.Prober;
import dev.modelcar.kubernetes.collect.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what failed, and why. */
@CommandLine.Command(
    name = "diagnose",
    description =
        "Says what failed first, why, and what to do: of a run, an InferenceService or a Job on the cluster of"
            + " KUBECONFIG, or of a folder of saved objects and logs. Exits with 9 if something failed, and with 3 if"
            + " nothing could be judged.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar diagnose pipelinerun/modelcar-ship-x7k2p -n models",
      "  modelcar diagnose isvc/qwen3 -n models --save ./case",
      "  modelcar diagnose ./case --output markdown",
      "",
      "A folder has the output of `kubectl get … -o yaml` in files of any name, and logs as",
      "POD.CONTAINER.log. --save writes such a folder, without secrets. --output takes text, json or",
      "markdown."
    })
public final class DiagnoseCommand extends RegistryCommand {
  @Parameters(
      index = "0",
      paramLabel = "SUBJECT",
      description =
          "pipelinerun/NAME, taskrun/NAME, isvc/NAME, llmisvc/NAME, job/NAME, deployment/NAME, pod/NAME, or a folder")
  String subject = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "write what was looked at, without secrets, to an empty folder")
  @Nullable Path save;

  @Option(
      names = "--no-servers",
      description =
          "do not ask registries and the Hub whether they have what a run on the cluster names")
  boolean noServers;

  @Option(
      names = "--probe",
      description =
          "where a cause is not proven, run the probe that decides; it reads, and changes nothing")
  boolean probe;

  @Override
  public List<OutputOptions.Form> moreForms() {
    return List.of(OutputOptions.Form.markdown);
  }

  @Override
  public Integer call() {
    Console console = console();
    Case known = Redactor.redact(known());
    if (save != null) {
      CaseWriter.write(known, save);
      console.note("saved to %s, without secrets".formatted(save));
    }
    Report report = new Diagnoser(Catalogue.standard(), Errors.catalogue()).diagnose(known);
    if (probe) {
      report = probed(report);
    }
    FindingsView view = new FindingsView(report);
    if (prints(OutputOptions.Form.markdown)) {
      console.script(view.markdown());
    } else {
      view.text().forEach(console::result);
    }
    console.document(DiagnosisDocument.of(report));
    int healthy = report.isJudged() ? 0 : ErrorCategory.REFUSED.exitCode();
    return report.hasCause() ? ErrorCategory.FINDINGS.exitCode() : healthy;
  }

  private Report probed(Report report) {
    Catalogue catalogue = Catalogue.standard();
    if (live().isEmpty()) {
      return Probes.decide(
          report,
          catalogue,
          _ -> new Probes.Outcome(List.of(), "it asks the cluster, and this is a folder"));
    }
    try (Prober prober = Prober.connect(Optional.ofNullable(namespace))) {
      return Probes.decide(report, catalogue, prober::run);
    }
  }

  private Optional<Subject> live() {
    return Files.exists(Path.of(subject)) ? Optional.empty() : Subject.parse(subject);
  }

  private Case known() {
    Optional<Subject> live = live();
    if (live.isEmpty()) {
      if (namespace != null) {
        throw Usage.invalid("--namespace is for objects of a cluster, not for a folder");
      }
      return CaseFolder.read(Path.of(subject));
    }
    try (Collector collector = Collector.connect(Optional.ofNullable(namespace))) {
      Case collected = Redactor.redact(collector.collect(live.get()));
      if (noServers) {
        return collected;
      }
      transfer.giveUpAtOnce();
      try (Session session = session()) {
        return ServerQuestions.asked(collected, session, Instant.now());
      }
    }
  }
}
