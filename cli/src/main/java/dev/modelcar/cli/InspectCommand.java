package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an image says of itself. */
@CommandLine.Command(
    name = "inspect",
    description = "Shows what an image is made of and what it says of itself.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar inspect quay.io/team/qwen3:0.6b",
      "  modelcar inspect oci:./image:v1 --output json",
      "  modelcar inspect quay.io/team/qwen3:0.6b --raw",
      "  modelcar inspect --registry quay.io       what the registry is, and what it allows"
    })
final class InspectCommand extends Command {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "IMAGE",
      description = "a reference, oci: or oci-archive:")
  String image = "";

  @Option(
      names = "--registry",
      paramLabel = "HOST",
      description = "show what is known of a registry, instead of an image")
  @Nullable String host;

  @Option(names = "--raw", description = "the manifest as it is, and nothing else")
  boolean raw;

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer)) {
      if (host != null) {
        new RegistryFacts(console).show(host, session.greet(host));
        return 0;
      }
      if (image.isEmpty()) {
        throw TransferOptions.usage("name an image, or a registry with --registry");
      }
      ImageReference reference = session.reference(image);
      ImageSummary summary = ImageSummary.read(session.reader(reference), reference);
      if (raw) {
        String text = new String(summary.raw().bytes(), StandardCharsets.UTF_8);
        environment().out().print(text);
        environment().out().flush();
        return 0;
      }
      console.document(document(summary));
      if (!console.isJson()) {
        print(console, summary);
      }
      return 0;
    }
  }

  private void print(Console console, ImageSummary summary) {
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
    }
  }

  private ObjectNode document(ImageSummary summary) {
    ObjectNode json = Json.object();
    json.put("image", image);
    json.put("digest", summary.raw().digest().toString());
    json.put("mediaType", summary.raw().mediaType());
    json.put("bytes", summary.size());
    put(json.putObject("annotations"), summary.annotations());
    ArrayNode images = json.putArray("images");
    for (ImageSummary.PlatformImage one : summary.images()) {
      ObjectNode node = images.addObject();
      node.put("platform", one.platform());
      node.put("manifest", one.manifest().toString());
      node.put("created", one.created());
      node.put("user", one.user());
      put(node.putObject("labels"), one.labels());
    }
    ArrayNode layers = json.putArray("layers");
    for (Descriptor layer : summary.layers()) {
      ObjectNode node = layers.addObject();
      node.put("digest", layer.digest().toString());
      node.put("bytes", layer.size());
      node.put("mediaType", layer.mediaType());
      put(node.putObject("annotations"), layer.annotations());
    }
    return json;
  }

  private static void put(ObjectNode json, Map<String, String> texts) {
    texts.forEach(json::put);
  }
}
