package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.Registered;
import dev.modelcar.modelregistry.Registrar;
import dev.modelcar.modelregistry.Registration;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.facts.FactsReader;
import dev.modelcar.packaging.facts.ImageFacts;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The registration of an image that is shipped: announced before the first byte moves, live when
 * the image is in its registry, abandoned if it does not get there.
 */
public final class ShipmentRegistration {
  private final Console console;
  private final Session session;
  private final RegistrationOptions options;
  private final int parallel;
  private final ModelRegistry server;
  private final Registrar registrar;
  private final Registered announced;

  private ShipmentRegistration(
      Console console,
      Session session,
      RegistrationOptions options,
      int parallel,
      List<ShipmentTarget> targets) {
    this.console = console;
    this.session = session;
    this.options = options;
    this.parallel = parallel;
    ImageReference first = first(targets);
    this.server = options.server.open(session, console);
    this.registrar = new Registrar(server);
    this.announced = registrar.announce(options.of("oci://" + plain(first)));
    console.note(
        "the version %s of %s is %s in the Model Registry %s"
            .formatted(
                announced.version().name(),
                announced.model().name(),
                announced.artifact().isLive() ? "already LIVE" : announced.artifact().state(),
                server.host()));
  }

  /**
   * What it came to.
   *
   * @param labels of an InferenceService that serves the version
   */
  public record Outcome(
      Map<String, Object> document,
      Map<String, String> labels,
      Optional<ModelcarException> failure) {}

  /** Fails if the options are wrong, before anything else is done. */
  public static void check(RegistrationOptions options, boolean wanted) {
    if (wanted) {
      options.check();
    } else if (options.isGiven()) {
      throw Usage.invalid("options of the Model Registry need --register");
    }
  }

  /** Announces the image in its first registry. */
  public static ShipmentRegistration announce(
      Console console,
      Session session,
      RegistrationOptions options,
      int parallel,
      List<ShipmentTarget> targets) {
    return new ShipmentRegistration(console, session, options, parallel, targets);
  }

  /** Says what would be registered, and changes nothing. */
  public static void preview(
      Console console, Session session, RegistrationOptions options, List<ShipmentTarget> targets) {
    ImageReference first = first(targets);
    ModelRegistry server = options.server.open(session, console);
    Registration wanted = options.of("oci://" + plain(first));
    Optional<Entry> model = server.findModel(wanted.model());
    Optional<Entry> version = model.flatMap(found -> server.findVersion(found, wanted.version()));
    console.note(
        "would register %s, by its digest, as the %s version %s of the %s model %s in the Model Registry %s (dry run)"
            .formatted(
                wanted.uri(),
                version.isPresent() ? "existing" : "new",
                wanted.version(),
                model.isPresent() ? "existing" : "new",
                wanted.model(),
                server.host()));
    version.stream()
        .flatMap(found -> server.artifacts(found).stream())
        .flatMap(artifact -> artifact.uri().stream())
        .forEach(uri ->
            console.note(
                "that version has %s: another digest is refused without --replace".formatted(uri)));
  }

  private static ImageReference first(List<ShipmentTarget> targets) {
    return registries(targets).stream()
        .findFirst()
        .orElseThrow(
            () -> Usage.invalid("--register takes a target in a registry, which KServe can pull"));
  }

  private static List<ImageReference> registries(List<ShipmentTarget> targets) {
    return targets.stream()
        .map(ShipmentTarget::reference)
        .filter(ImageReference.Registry.class::isInstance)
        .toList();
  }

  private static String plain(ImageReference reference) {
    String tag = reference.tag().map(name -> ":" + name).orElse("");
    return ((ImageReference.Registry) reference).name() + tag;
  }

  /** The push has failed; what goes wrong now is no more than a note. */
  public void abandon() {
    // Whoever stops the run waits a moment for this.
    boolean stopped = Thread.interrupted();
    try {
      registrar.abandon(announced);
    } catch (ModelcarException e) {
      console.warn("the announcement in the Model Registry stays: " + e.getMessage());
    } finally {
      if (stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Registers the image in the first registry that has it. */
  public Outcome complete(ShipmentReport report, List<ShipmentTarget> targets) {
    Optional<ImageReference> arrived = arrived(report, targets);
    if (arrived.isEmpty()) {
      abandon();
      return new Outcome(Map.of(), Map.of(), Optional.empty());
    }
    try {
      ImageReference image = arrived.get();
      ImageFacts facts = new FactsReader(session.reader(image), parallel).read(image);
      Registered registered =
          registrar.register(options.of(RegisterCommand.uri(image, facts), facts));
      console.results(RegistrationDocument.results(registered));
      console.note(
          registered.isUnchanged()
              ? "already registered, nothing changed"
              : "registered as version %s of %s"
                  .formatted(registered.version().name(), registered.model().name()));
      return new Outcome(
          Map.of("registration", RegistrationDocument.of(server.host(), registered)),
          ServedVersion.labels(registered.model().id(), registered.version().id()),
          Optional.empty());
    } catch (ModelcarException e) {
      abandon();
      return new Outcome(
          Map.of("registration", Map.of("error", FailureDocument.of(e))), Map.of(), Optional.of(e));
    }
  }

  /** The first registry that has the image. */
  public static Optional<ImageReference> arrived(
      ShipmentReport report, List<ShipmentTarget> targets) {
    return IntStream.range(0, targets.size())
        .filter(i -> report.targets().get(i).failure().isEmpty())
        .mapToObj(i -> targets.get(i).reference())
        .filter(ImageReference.Registry.class::isInstance)
        .findFirst();
  }

  /** For messages. */
  public String host() {
    return server.host();
  }
}
