package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.options.PlanRequest.Planned;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.auth.TokenExpiry;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.hub.HubToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Source and targets of a shipment, with its own options: nothing is moved, and uploads that are
 * opened are cancelled.
 */
final class ShipmentChecks {
  private static final String SOURCE = "source";
  private static final String TOKEN = "hub-token-scope";
  private static final String LEFT =
      "; it does not cancel uploads, so the one that was opened to find out, without data, stays"
          + " until the registry removes it";

  /** The journal, file names and the like on a volume, beside the model. */
  private static final double VOLUME_PER_MODEL = 1.05;

  private final Console console;
  private final PlanningOptions planning;
  private final List<String> targets;
  private final long rate;
  private final boolean copies;
  private final Consumer<List<Finding>> noted;

  /** How large the image is; empty if that could not be found out. */
  private final CompletableFuture<OptionalLong> size = new CompletableFuture<>();

  /**
   * @param rate bytes per second at which the transfer is expected to go
   * @param copies whether the source is an image
   * @param noted is told findings as soon as they are made, by any thread
   */
  ShipmentChecks(
      Console console,
      PlanningOptions planning,
      List<String> targets,
      long rate,
      boolean copies,
      Consumer<List<Finding>> noted) {
    this.noted = noted;
    this.console = console;
    this.planning = planning;
    this.targets = targets;
    this.rate = rate;
    this.copies = copies;
  }

  /** Waits for the size of the image. */
  OptionalLong size() {
    return size.join();
  }

  /**
   * Looks at the targets, all at once, then at the source and what of it they have already.
   *
   * @param workspace the folder that a run downloads to, if it does
   */
  List<Finding> check(Optional<Path> workspace) {
    try {
      List<List<Finding>> ofTargets =
          Threads.map(targets, targets.size(), "checking the targets", this::notedTarget);
      List<String> writable = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        if (ofTargets.get(i).stream().allMatch(finding -> finding.severity() != Severity.ERROR)) {
          writable.add(targets.get(i));
        }
      }
      Supplier<List<Finding>> token = Threads.early("modelcar-hub-token", this::token);
      List<Finding> all = new ArrayList<>(copies ? image() : source(writable, workspace));
      all.addAll(token.get());
      ofTargets.forEach(all::addAll);
      return all;
    } finally {
      // Whoever waits for the size has to hear that there is none.
      size.complete(OptionalLong.empty());
    }
  }

  /** Whether something else than some of several targets speaks against the run. */
  boolean isHopeless(List<Finding> findings) {
    List<String> bad =
        findings.stream()
            .filter(finding -> finding.severity() == Severity.ERROR)
            .map(Finding::object)
            .distinct()
            .toList();
    return !targets.containsAll(bad) || (!bad.isEmpty() && bad.containsAll(targets));
  }

  /** What the source is not to blame for is said of the base. */
  private List<Finding> source(List<String> writable, Optional<Path> workspace) {
    PlanRequest request = planning.request(writable, Set.of(Trait.WITHOUT_TRANSFER));
    Supplier<List<Finding>> base = Threads.early("modelcar-base-check", () -> base(request));
    List<Finding> found = planned(request, workspace);
    List<Finding> ofBase = base.get();
    if (ofBase.isEmpty() || !request.readsBase()) {
      return found;
    }
    List<Finding> all =
        new ArrayList<>(
            found.stream()
                .filter(finding ->
                    ofBase.stream().noneMatch(other -> other.title().equals(finding.title())))
                .toList());
    all.addAll(ofBase);
    return all;
  }

  /** What the Hub says of the token; whether it suffices for this model, reading it tells. */
  private List<Finding> token() {
    if (copies || !planning.sourceText().startsWith("hf://")) {
      return List.of();
    }
    try (Session session = planning.session(console)) {
      return session.hubToken().map(ShipmentChecks::described).stream().toList();
    } catch (ModelcarException e) {
      // A mirror need not know the call, and a bad token fails where the source is read.
      return List.of(
          Checked.good(TOKEN, SOURCE, "what its token may do is not known: " + e.getMessage()));
    }
  }

  private static Finding described(HubToken token) {
    String whose = "the token of %s".formatted(token.account());
    if (!token.isFineGrained()) {
      return Checked.good(
          TOKEN,
          SOURCE,
          "%s may %s".formatted(whose, token.role().equals("write") ? "read and write" : "read"));
    }
    return token.readsGated()
        ? Checked.good(TOKEN, SOURCE, whose + " is fine-grained, and may read gated repositories")
        : Checked.bad(
            Severity.INFO,
            TOKEN,
            SOURCE,
            whose + " is fine-grained, and may not read gated repositories",
            "",
            Optional.empty());
  }

  private List<Finding> base(PlanRequest request) {
    return Checked.attempt(
        "base",
        () -> {
          request.readBase(console);
          return List.of();
        });
  }

  private List<Finding> planned(PlanRequest request, Optional<Path> workspace) {
    return Checked.attempt(
        SOURCE,
        () -> {
          List<Finding> found = new ArrayList<>();
          int _ =
              request.plan(
                  console,
                  planned -> {
                    size.complete(OptionalLong.of(planned.plan().size()));
                    found.addAll(readable(planned.plan()));
                    noted.accept(List.copyOf(found));
                    workspace.ifPresent(
                        folder -> found.add(room(folder, planned.plan().selection().size())));
                    found.addAll(amounts(planned));
                    return 0;
                  });
          return found;
        });
  }

  /** Reads the manifest of an image that is copied. */
  private List<Finding> image() {
    return Checked.attempt(
        SOURCE,
        () -> {
          try (Session session = planning.session(console)) {
            ImageReference reference = session.reference(planning.sourceText());
            ImageSummary summary = ImageSummary.read(session.reader(reference), reference);
            size.complete(OptionalLong.of(summary.size()));
            return List.of(
                Checked.good(
                    "source-readable",
                    SOURCE,
                    "can be read: %s in %s; copying needs no disk"
                        .formatted(
                            ByteSize.format(summary.size()),
                            Texts.count(summary.layerCount(), "layer"))));
          }
        });
  }

  private static List<Finding> readable(LayerPlan plan) {
    List<Finding> found = new ArrayList<>();
    Selection selection = plan.selection();
    found.add(
        Checked.good(
            "source-readable",
            SOURCE,
            "can be read: %s, %s, %s; shipping needs no disk"
                .formatted(
                    Texts.count(selection.files().size(), "file"),
                    ByteSize.format(plan.size()),
                    Texts.count(plan.layers().size(), "layer"))));
    if (selection.bytesSaved() > 0) {
      found.add(
          Checked.good(
              "duplicate-weights",
              SOURCE,
              "%s of duplicate weights are left out"
                  .formatted(ByteSize.format(selection.bytesSaved()))));
    }
    return found;
  }

  private static Finding room(Path folder, long model) {
    long need = Math.round(model * VOLUME_PER_MODEL);
    String object = folder.toString();
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      String said = "%s free, needed: %s".formatted(ByteSize.format(free), ByteSize.format(need));
      return free < need
          ? Checked.bad(
              Severity.ERROR,
              "workspace-too-small",
              object,
              "has too little free space for the model",
              said,
              Optional.empty())
          : Checked.good("workspace-too-small", object, "has room for the model: " + said);
    } catch (IOException e) {
      return Checked.bad(
          Severity.ERROR,
          "workspace-too-small",
          object,
          "cannot be looked at",
          IoReason.of(e),
          Optional.empty());
    }
  }

  private List<Finding> notedTarget(String target) {
    List<Finding> found = target(target);
    noted.accept(found);
    return found;
  }

  /** Login and the right to push, as the shipment will need them. */
  List<Finding> target(String target) {
    return Checked.attempt(
        target,
        () -> {
          List<Finding> found = new ArrayList<>();
          try (Session session = planning.session(console)) {
            session.reachAs(List.of(target));
            boolean gone = true;
            for (ShipmentTarget each : session.targets(List.of(target))) {
              each.writer().checkWritable();
              gone &= each.writer().checkUploads();
            }
            if (session.reference(target) instanceof ImageReference.Registry registry) {
              RegistryProfile profile = session.profile(registry);
              found.add(
                  Checked.good(
                      "target-writable",
                      target,
                      "may be written: " + described(profile) + (gone ? "" : LEFT)));
            } else {
              found.add(Checked.good("target-writable", target, "may be written"));
            }
          }
          return found;
        });
  }

  private static String described(RegistryProfile profile) {
    return "%s, %s, referrers %s"
        .formatted(
            profile.kind().id(),
            profile.maxLayer().isPresent()
                ? "layers up to " + ByteSize.format(profile.maxLayer().getAsLong())
                : "no known limit on layers",
            switch (profile.referrers()) {
              case API -> "by its API";
              case TAG -> "by tags";
              case UNKNOWN -> "unknown";
            });
  }

  private Optional<Finding> expiry(Session session, ImageReference.Registry registry, long bytes) {
    Optional<Instant> end = TokenExpiry.of(session.credentials(registry));
    if (end.isEmpty()) {
      return Optional.empty();
    }
    Duration left = Duration.between(Instant.now(), end.get());
    Duration needed = Duration.ofSeconds(bytes / rate);
    String said =
        "expires %s at %s; %s take about %s at %s a second"
            .formatted(
                left.isNegative() ? "" : "in " + Texts.duration(left),
                end.get(),
                ByteSize.format(bytes),
                Texts.duration(needed),
                ByteSize.format(rate));
    return Optional.of(
        left.compareTo(needed) < 0
            ? Checked.bad(
                Severity.WARNING,
                "credentials-expire",
                registry.toString(),
                left.isNegative() ? "its login has expired" : "its login expires too early",
                said,
                Optional.empty())
            : Checked.good(
                "credentials-expire", registry.toString(), "its login lasts long enough: " + said));
  }

  private static Optional<Finding> quota(ShipmentTarget target, long bytes) {
    OptionalLong room = target.writer().room();
    if (room.isEmpty()) {
      return Optional.empty();
    }
    String said =
        "%s left, needed: %s".formatted(ByteSize.format(room.getAsLong()), ByteSize.format(bytes));
    return Optional.of(
        room.getAsLong() < bytes
            ? Checked.bad(
                Severity.ERROR,
                "registry-quota-exceeded",
                target.name(),
                "the quota of its project leaves too little",
                said,
                Optional.empty())
            : Checked.good(
                "registry-quota-exceeded",
                target.name(),
                "the quota of its project suffices: " + said));
  }

  private List<Finding> amounts(Planned planned) {
    List<Finding> found = new ArrayList<>();
    ShipmentPreview preview =
        Shipper.to(planned.targets()).resuming(planned.memory()).preview(planned.plan());
    for (int i = 0; i < planned.targets().size(); i++) {
      if (planned.targets().get(i).failure().isEmpty()) {
        long bytes = preview.lackedBy(i);
        found.add(
            Checked.good(
                "target-writable",
                planned.targets().get(i).name(),
                "%s to move, about %s at %s a second"
                    .formatted(
                        ByteSize.format(bytes),
                        Texts.duration(Duration.ofSeconds(bytes / rate)),
                        ByteSize.format(rate))));
        if (planned.targets().get(i).reference() instanceof ImageReference.Registry registry) {
          expiry(planned.session(), registry, bytes).ifPresent(found::add);
        }
        quota(planned.targets().get(i), bytes).ifPresent(found::add);
      }
    }
    return found;
  }
}
