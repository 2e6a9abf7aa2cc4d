package dev.modelcar.cli.commands;

import dev.modelcar.cli.commands.cluster.DeployOptions;
import dev.modelcar.cli.commands.cluster.ShipmentDeployment;
import dev.modelcar.cli.commands.registration.RegistrationOptions;
import dev.modelcar.cli.commands.registration.ShipmentRegistration;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.ConsumedFiles;
import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.redaction.Redactor;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ships a model from its source to its targets. */
@CommandLine.Command(
    name = "ship",
    description = "Makes an image of a model and writes it to one or several targets, in one pass.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar ship hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b",
      "  modelcar ship hf://org/model@v1.0 --to a.example/m:1 --to b.example/m:1   one read, two registries",
      "  modelcar ship ./my-model --base dir:./rootfs --to oci-archive:model.tar:v1",
      "  modelcar ship hf://org/model --to a.example/m:1 --register --model m --version 1",
      "  modelcar ship hf://org/model --to a.example/m:1 --deploy m -n models --runtime vllm-cuda",
      "  modelcar ship hf://org/big@v1.0 --part 2/4 --to a.example/m:1   one of four workers; seal follows",
      "",
      "The image has the same digest on any machine. Nothing is written to disk except "
          + "a journal and targets that are files. After a failure, run the same command "
          + "again: what has arrived is kept, and uploads resume where the registry allows it."
    })
final class ShipCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(
      names = "--part",
      paramLabel = "I/N",
      description = "ship only this share of the layers; `modelcar seal` makes the image")
  @Nullable String part;

  @Option(
      names = "--verify-reuse",
      description = "also read and hash layers whose digests are remembered")
  boolean verifyReuse;

  @Option(
      names = "--receipts",
      paramLabel = "auto|always|never",
      description =
          "record in the registry what has arrived, for runs on other machines; auto: in a pod, or"
              + " without a journal (default: ${DEFAULT-VALUE})")
  ReceiptPolicy receipts = ReceiptPolicy.auto;

  @Option(
      names = "--consume",
      description =
          "remove each file of the folder once its layer is in all targets, to free disk space")
  boolean consume;

  @Option(
      names = "--register",
      description = "register the image in a Model Registry, as --model and --version")
  boolean register;

  @Mixin RegistrationOptions registration = new RegistrationOptions();

  @Mixin ShipmentDeployment deployment = new ShipmentDeployment();

  @Option(names = "--dry-run", description = "show what would be moved, and move nothing")
  boolean dryRun;

  /** When receipts are written. */
  enum ReceiptPolicy {
    auto,
    always,
    never
  }

  @Override
  public Integer call() {
    Optional<Part> share = Optional.ofNullable(part).map(PlanCommand::part);
    if (share.isPresent() && !dryRun) {
      keepRecord();
    }
    ShipmentRegistration.check(registration, register);
    deployment.check();
    if (!register && !deployment.isWanted() && registration.formatName().isPresent()) {
      throw Usage.invalid("--model-format needs --register or --deploy");
    }
    if ((register || deployment.isWanted()) && share.isPresent()) {
      throw Usage.invalid(
          "--register and --deploy go without --part: register and deploy the image that seal makes");
    }
    if (consume && (share.isPresent() || !(planning.source() instanceof SourceReference.Folder))) {
      throw Usage.invalid("--consume takes a folder as SOURCE, without --part");
    }
    // A dry run reports all problems, those of the weights as well.
    Set<Trait> traits =
        consume
            ? Set.of(Trait.MAKING_ROOM)
            : share.isPresent() && !dryRun ? Set.of(Trait.OF_PART) : Set.of();
    return dryRun || share.isPresent()
        ? plan(traits, share)
        : Reports.reporting(console(), () -> plan(traits, share));
  }

  private int plan(Set<Trait> traits, Optional<Part> share) {
    return planning
        .request(targets.atLeastOne(), traits)
        .plan(
            console(),
            planned -> {
              Shipper shipper = Shipper.to(planned.targets()).resuming(planned.memory());
              return dryRun ? preview(planned, shipper) : ship(planned, shipper, share);
            });
  }

  private int preview(PlanRequest.Planned planned, Shipper shipper) {
    if (register) {
      ShipmentRegistration.preview(console(), planned.session(), registration, planned.targets());
    }
    rehearse(planned);
    return new Previews(console()).show(planned, shipper, Optional.empty());
  }

  private void rehearse(PlanRequest.Planned planned) {
    if (deployment.isWanted()) {
      deployment.rehearse(
          console(),
          planned.session(),
          planned.targets().stream().map(ShipmentTarget::reference).toList(),
          format());
    }
  }

  private int ship(PlanRequest.Planned planned, Shipper idle, Optional<Part> share) {
    Console console = console();
    Reports reports = new Reports(console);
    if (share.isEmpty()) {
      reports.checkResults(planned.targets(), Reports.provenance(planned.plan()));
    }
    rehearse(planned);
    Optional<ShipmentRegistration> announced =
        register
            ? Optional.of(
                ShipmentRegistration.announce(
                    console,
                    planned.session(),
                    registration,
                    planning.parallel(),
                    planned.targets()))
            : Optional.empty();
    ShipmentReport report;
    try {
      report = move(console, planned, idle, share);
    } catch (ModelcarException e) {
      announced.ifPresent(ShipmentRegistration::abandon);
      throw e;
    }
    if (share.isPresent()) {
      return targets.exitCode(reports.showPart(share.get(), report));
    }
    Map<String, Object> tail = new LinkedHashMap<>();
    List<ModelcarException> failures = new ArrayList<>();
    Map<String, String> labels = new LinkedHashMap<>();
    announced.ifPresent(registration -> {
      ShipmentRegistration.Outcome outcome = registration.complete(report, planned.targets());
      tail.putAll(outcome.document());
      labels.putAll(outcome.labels());
      outcome
          .failure()
          .ifPresent(failure -> {
            console.problem("registering in " + registration.host(), failure);
            failures.add(failure);
          });
    });
    if (deployment.isWanted() && failures.isEmpty()) {
      ShipmentRegistration.arrived(report, planned.targets())
          .map(image -> deployment.complete(console, planned.session(), image, format(), labels))
          .ifPresent(outcome -> {
            tail.putAll(outcome.document());
            outcome
                .failure()
                .ifPresent(failure -> {
                  console.problem("deploying", failure);
                  failures.add(failure);
                });
          });
    }
    int code = targets.exitCode(reports.show(planned, report, tail));
    return code == 0 && !failures.isEmpty()
        ? failures.getFirst().code().category().exitCode()
        : code;
  }

  private String format() {
    return registration.formatName().orElse(DeployOptions.FORMAT);
  }

  private ShipmentReport move(
      Console console, PlanRequest.Planned planned, Shipper idle, Optional<Part> share) {
    try (Progress progress = Progress.on(console, "shipping")) {
      Shipper shipper = idle.parallel(planning.parallel()).observedBy(progress);
      if (verifyReuse) {
        shipper = shipper.verifyingReuse();
      }
      if (leavesReceipts()) {
        shipper = shipper.leavingReceipts();
      }
      return share.isPresent()
          ? shipper
              .describedBy(complete -> document(console, share.get(), complete))
              .shipPart(planned.plan(), share.get())
          : planning.source() instanceof SourceReference.Folder folder && consume
              ? shipAndFree(shipper, planned, folder.path())
              : shipper.ship(planned.plan());
    }
  }

  /** What the part's manifest says of this run: everybody who can read the image can read it. */
  private static Optional<String> document(Console console, Part part, boolean complete) {
    return console
        .record()
        .map(run -> run.part(part.toString(), complete, Redactor::redact).toString());
  }

  private ShipmentReport shipAndFree(Shipper shipper, PlanRequest.Planned planned, Path folder) {
    ConsumedFiles consumed = new ConsumedFiles(folder);
    ShipmentReport report =
        shipper.shipAndFree(planned.plan(), layer -> consumed.free(layer.files()));
    if (report.isComplete()) {
      consumed.forget();
    }
    return report;
  }

  private boolean leavesReceipts() {
    return switch (receipts) {
      case always -> true;
      case never -> false;
      case auto ->
          !environment().variable("KUBERNETES_SERVICE_HOST").isEmpty()
              || planning.isStateless(environment());
    };
  }
}
