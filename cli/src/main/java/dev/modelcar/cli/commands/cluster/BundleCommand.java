package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.kubernetes.render.RenderValues;
import dev.modelcar.kubernetes.render.TektonBundle;
import dev.modelcar.oci.ImageReference;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes tasks and pipelines in a registry. */
@CommandLine.Command(
    name = "bundle",
    description = "Publishes the tasks and pipelines as a Tekton bundle.",
    footerHeading = "%nExample:%n",
    footer = {
      "  modelcar bundle registry.example.com/tools/modelcar-tekton:0.1 \\",
      "    --image registry.example.com/tools/modelcar:0.1.0",
      "",
      "Runs then refer to a pipeline with resolver: bundles and the printed digest; "
          + "pipelines include their tasks."
    })
public final class BundleCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "TARGET", description = "destination of the bundle")
  String to = "";

  @Option(
      names = "--image",
      required = true,
      paramLabel = "REF",
      description = "modelcar's own image, which the tasks run")
  String image = "";

  @Override
  public Integer call() {
    Console console = console();
    TektonBundle bundle = new TektonBundle(RenderValues.defaults().with("image", image));
    try (Session session = session()) {
      ImageReference target = session.destination(to);
      Digest digest = bundle.publish(session.writer(target), target.tag());
      String pinned = Session.pinned(target, digest);
      console.result(pinned);
      console.results(Map.of("IMAGE_DIGEST", digest.toString(), "IMAGE_REF", pinned));
      console.document(Json.object().put("bundle", pinned).put("digest", digest.toString()));
      return 0;
    }
  }
}
