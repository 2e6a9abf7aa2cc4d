package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.ImageBuilder;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An image beside the files of its model, without a second copy of them. */
@CommandLine.Command(
    name = "build",
    description = "Makes the image of a model folder without copying the model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar build ./model --recipe ./image",
      "  modelcar copy recipe:./image registry.example.com/team/model:1 quay.io/team/model:1",
      "",
      "What is written are the image's documents, the base, and the recipes of the layers, which",
      "are framed from the model's files when the image is copied. `ship` does both in one pass;",
      "this is for pipelines that build in one step and push in others."
    })
final class BuildCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Option(
      names = "--recipe",
      paramLabel = "FOLDER",
      description = "where the recipe goes (default: .modelcar in the model's folder)")
  @Nullable Path folder;

  @Override
  public Integer call() {
    if (!(SourceReference.parse(planning.source.source) instanceof SourceReference.Folder model)) {
      throw TransferOptions.usage("build takes a folder; ship takes models from the Hub as well");
    }
    Path target = folder != null ? folder : model.path().resolve(".modelcar");
    return planning
        .withBase()
        .plan(
            this,
            List.of(),
            planned -> {
              Console console = console();
              ImageBuilder.Built built;
              try (Progress progress = progress(console, "building")) {
                built =
                    new ImageBuilder(planned.memory(), progress, planning.transfer.parallel())
                        .build(planned.plan(), model.path(), target);
              }
              ObjectNode json = Json.object();
              json.put("image", "recipe:" + target);
              json.put("digest", built.image().toString());
              json.put("bytes", built.size());
              console.document(json);
              console.results(Map.of("IMAGE_DIGEST", built.image().toString()));
              console.result("recipe:%s@%s".formatted(target, built.image()));
              console.note(
                  "%s in %s"
                      .formatted(
                          ByteSize.format(built.size()),
                          Texts.count(planned.plan().layers().size(), "layer")));
              return 0;
            });
  }
}
