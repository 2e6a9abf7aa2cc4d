package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.Registered;
import dev.modelcar.modelregistry.Registrar;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.facts.FactsReader;
import dev.modelcar.packaging.facts.ImageFacts;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Registers an image in a Model Registry. */
@CommandLine.Command(
    name = "register",
    description = "Registers an image in a Kubeflow or OpenShift AI Model Registry.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar register quay.io/team/qwen3:0.6b --model qwen3 --version 0.6b \\",
      "      --model-registry https://registry.example.com --token-file ./token",
      "",
      "The version points to the image's digest, never to its tag. Running it again changes"
          + " nothing. A version that points to another image is left alone, unless --replace"
          + " is given; the digest of the old image is then kept in a custom property.",
      "",
      "A --token-file without HOST= is for the Model Registry; one for the image's registry"
          + " names its host."
    })
public final class RegisterCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "an image in a registry")
  String image = "";

  @Mixin RegistrationOptions registration = new RegistrationOptions();

  @Override
  public Integer call() {
    Console console = console().checked();
    registration.check();
    registry.giveTokenToModelRegistry();
    try (Session session = session()) {
      ImageReference reference = session.reference(image);
      if (!(reference instanceof ImageReference.Registry)) {
        throw Usage.invalid("register takes an image in a registry, not " + reference);
      }
      ModelRegistry server = registration.server.open(session, console);
      ImageFacts facts =
          new FactsReader(session.reader(reference), transfer.parallel()).read(reference);
      facts.notes().forEach(console::note);
      Registered registered =
          new Registrar(server).register(registration.of(uri(reference, facts), facts));
      console.results(RegistrationDocument.results(registered));
      console.document(RegistrationDocument.of(server.host(), registered));
      show(console, registered);
      return 0;
    }
  }

  /** The image by its digest, in the form that KServe pulls. */
  static String uri(ImageReference reference, ImageFacts facts) {
    return "oci://" + Session.pinned(reference, facts.digest());
  }

  static void show(Console console, Registered registered) {
    show(console, registered.model(), registered.model().name());
    show(console, registered.version(), registered.version().name());
    show(console, registered.artifact(), registered.artifact().uri().orElse(""));
    registered
        .replaced()
        .ifPresent(
            digest -> console.note("replaced %s; it is kept in a property".formatted(digest)));
    if (registered.isUnchanged()) {
      console.note("already registered, nothing changed");
    } else {
      if (!registered.created().isEmpty()) {
        console.note("created: " + String.join(", ", registered.created()));
      }
      if (!registered.updated().isEmpty()) {
        console.note("updated: " + String.join(", ", registered.updated()));
      }
    }
  }

  private static void show(Console console, Entry entry, String text) {
    console.result(
        "%-9s %-5s %-9s %s".formatted(entry.kind().word(), entry.id(), entry.state(), text));
  }
}
