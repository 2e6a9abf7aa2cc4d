package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.packaging.layers.LayerAnnotations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** What two images have in common. */
@CommandLine.Command(
    name = "diff",
    description =
        "Shows which layers and files two images share, and which were changed, added or removed. Only manifests"
            + " are read.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar diff quay.io/team/qwen3:1 quay.io/team/qwen3:2",
      "  modelcar diff quay.io/team/qwen3:1 oci:./image:v1 --html diff.html",
      "",
      "Files that lie in a layer of their own are compared by their names and contents; small files"
          + " that share a layer, as one."
    })
public final class DiffCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "A", description = "an image")
  String first = "";

  @Parameters(index = "1", paramLabel = "B", description = "the image that it is compared with")
  String second = "";

  /** What became of a layer. */
  private enum State {
    same,
    changed,
    added,
    removed
  }

  private record Image(String reference, Digest digest, long bytes) {}

  /** A layer, with the file in it where it has only one. */
  private record Layer(
      String name,
      State state,
      Optional<Digest> from,
      Optional<Digest> to,
      long bytes,
      Optional<Digest> content) {}

  private record Document(
      Image first,
      Image second,
      boolean same,
      List<Layer> layers,
      long sharedBytes,
      long changedBytes,
      long layerBytesRead) {}

  private record Read(Image image, List<Descriptor> layers) {}

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      Read a = read(session, first);
      Read b = read(session, second);
      List<Layer> layers = compare(a.layers(), b.layers());
      long shared = sum(layers, Set.of(State.same));
      long changed = sum(layers, Set.of(State.changed, State.added));
      for (Layer layer : layers) {
        console.result(
            "%-8s %10s  %s".formatted(layer.state(), ByteSize.format(layer.bytes()), layer.name()));
      }
      console.note(
          "%s is shared; %s of the second image is not in the first"
              .formatted(ByteSize.format(shared), ByteSize.format(changed)));
      console.document(
          new Document(
              a.image(),
              b.image(),
              a.image().digest().equals(b.image().digest()),
              layers,
              shared,
              changed,
              0));
      return 0;
    }
  }

  private static long sum(List<Layer> layers, Set<State> states) {
    return layers.stream()
        .filter(layer -> states.contains(layer.state()))
        .mapToLong(Layer::bytes)
        .sum();
  }

  private static Read read(Session session, String text) {
    ImageReference reference = session.reference(text);
    ImageSummary summary = ImageSummary.read(session.reader(reference), reference);
    long bytes = summary.layers().stream().mapToLong(Descriptor::size).sum();
    return new Read(
        new Image(reference.toString(), summary.raw().digest(), bytes), summary.layers());
  }

  /** Equal digests are the same; of the others, those of one name are one that was changed. */
  private static List<Layer> compare(List<Descriptor> before, List<Descriptor> after) {
    List<Descriptor> left = new ArrayList<>(before);
    Set<Digest> old = before.stream().map(Descriptor::digest).collect(Collectors.toSet());
    Set<Digest> present = after.stream().map(Descriptor::digest).collect(Collectors.toSet());
    Map<String, Descriptor> named = new LinkedHashMap<>();
    before.stream()
        .filter(layer -> !present.contains(layer.digest()))
        .forEach(layer -> LayerAnnotations.title(layer).ifPresent(name -> named.put(name, layer)));
    List<Layer> layers = new ArrayList<>();
    for (Descriptor layer : after) {
      Optional<Descriptor> from =
          old.contains(layer.digest())
              ? Optional.of(layer)
              : LayerAnnotations.title(layer).map(named::remove);
      State state =
          from.isEmpty()
              ? State.added
              : from.get().digest().equals(layer.digest()) ? State.same : State.changed;
      from.ifPresent(one -> left.removeIf(other -> other.digest().equals(one.digest())));
      layers.add(layer(layer, state, from.map(Descriptor::digest), Optional.of(layer.digest())));
    }
    for (Descriptor layer : left) {
      layers.add(layer(layer, State.removed, Optional.of(layer.digest()), Optional.empty()));
    }
    return layers;
  }

  private static Layer layer(
      Descriptor layer, State state, Optional<Digest> from, Optional<Digest> to) {
    String name =
        LayerAnnotations.title(layer)
            .orElseGet(() -> "files of " + layer.digest().toString().substring(0, 19) + "…");
    return new Layer(name, state, from, to, layer.size(), LayerAnnotations.contentDigest(layer));
  }
}
