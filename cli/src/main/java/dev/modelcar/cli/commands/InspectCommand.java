package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.oci.image.LayerInspection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an image consists of. */
@CommandLine.Command(
    name = "inspect",
    description = "Shows the layers, labels and annotations of an image.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar inspect quay.io/team/qwen3:0.6b",
      "  modelcar inspect oci:./image:v1 --output json",
      "  modelcar inspect quay.io/team/qwen3:0.6b --files",
      "  modelcar inspect quay.io/team/qwen3:0.6b --raw",
      "  modelcar inspect --registry quay.io       the kind of the registry and its limits"
    })
final class InspectCommand extends RegistryCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "IMAGE",
      description = "a reference, oci: or oci-archive:")
  String image = "";

  @Option(
      names = "--registry",
      paramLabel = "HOST",
      description = "show what is known about a registry instead of an image")
  @Nullable String host;

  @Option(names = "--raw", description = "print the manifest unchanged and nothing else")
  boolean raw;

  @Option(names = "--files", description = "list the files in each layer")
  boolean files;

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      if (host != null) {
        new RegistryFacts(console).show(host, session.greet(host));
        return 0;
      }
      if (image.isEmpty()) {
        throw Usage.invalid("missing image, or registry with --registry");
      }
      ImageReference reference = session.reference(image);
      ImageReader reader = session.reader(reference);
      ImageSummary summary = ImageSummary.read(reader, reference);
      if (raw) {
        console.raw(summary.raw().bytes());
        return 0;
      }
      Map<Digest, List<File>> listed = files ? files(reader, summary) : Map.of();
      console.document(document(summary, listed));
      print(console, summary, listed);
      return 0;
    }
  }

  private record File(String path, long bytes) {}

  /** The files of each layer. What is no layer of an image, such as a signature, has none. */
  private static Map<Digest, List<File>> files(ImageReader reader, ImageSummary summary) {
    Map<Digest, List<File>> files = new HashMap<>();
    for (Descriptor layer : summary.layers()) {
      if (layer.mediaType().contains(".tar")) {
        files.computeIfAbsent(
            layer.digest(),
            key ->
                LayerInspection.entries(reader, layer).stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> new File(entry.path(), entry.size()))
                    .toList());
      }
    }
    return files;
  }

  private void print(Console console, ImageSummary summary, Map<Digest, List<File>> listed) {
    console.result("image      " + image);
    console.result("digest     " + summary.raw().digest());
    console.result("type       " + summary.raw().mediaType());
    console.result(
        "size       %s in %s"
            .formatted(
                ByteSize.format(summary.size()), Texts.count(summary.layerCount(), "layer")));
    for (ImageSummary.PlatformImage one : summary.images()) {
      console.result("platform   " + one.platform());
      console.result("  created  " + one.created());
      console.result("  user     " + (one.user().isEmpty() ? "(none)" : one.user()));
      one.labels().forEach((key, value) -> console.result("  label    " + key + "=" + value));
    }
    summary
        .annotations()
        .forEach((key, value) -> console.result("annotation " + key + "=" + value));
    for (Descriptor layer : summary.layers()) {
      console.result(
          "layer      %s  %-10s  %s"
              .formatted(layer.digest(), ByteSize.format(layer.size()), ImageSummary.title(layer)));
      listed
          .getOrDefault(layer.digest(), List.of())
          .forEach(file ->
              console.result(
                  "  file     %-10s  %s".formatted(ByteSize.format(file.bytes()), file.path())));
    }
  }

  private record Document(
      String image,
      Digest digest,
      String mediaType,
      long bytes,
      Map<String, String> annotations,
      List<Image> images,
      List<Layer> layers) {}

  private record Image(
      String platform, Digest manifest, String created, String user, Map<String, String> labels) {
    private static Image of(ImageSummary.PlatformImage one) {
      return new Image(one.platform(), one.manifest(), one.created(), one.user(), one.labels());
    }
  }

  private record Layer(
      Digest digest,
      long bytes,
      String mediaType,
      Map<String, String> annotations,
      Optional<List<File>> files) {}

  private Document document(ImageSummary summary, Map<Digest, List<File>> listed) {
    return new Document(
        image,
        summary.raw().digest(),
        summary.raw().mediaType(),
        summary.size(),
        summary.annotations(),
        summary.images().stream().map(Image::of).toList(),
        summary.layers().stream()
            .map(layer ->
                new Layer(
                    layer.digest(),
                    layer.size(),
                    layer.mediaType(),
                    layer.annotations(),
                    Optional.ofNullable(listed.get(layer.digest()))))
            .toList());
  }
}
