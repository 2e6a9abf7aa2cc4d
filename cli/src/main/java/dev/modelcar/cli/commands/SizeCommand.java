package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.SizingOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.SizeView;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.sizing.Sizer;
import dev.modelcar.sizing.Sizing;
import dev.modelcar.sizing.SizingRequest;
import dev.modelcar.sizing.model.ImageFiles;
import dev.modelcar.sizing.model.ModelFacts;
import dev.modelcar.sizing.model.ModelHeaders;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How much GPU memory a model needs. */
@CommandLine.Command(
    name = "size",
    description = {
      "Shows how much GPU memory a model needs to be served, and on which GPUs it fits.",
      "",
      "It reads config.json and the headers of the weights, never the weights, and runs no code of"
          + " the model; an image in a registry is read by ranges of its layers."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar size hf://Qwen/Qwen3-0.6B                     on common GPUs",
      "  modelcar size hf://org/model --gpu H100 --gpus 2 --context 32768 --concurrency 8",
      "  modelcar size quay.io/team/qwen3:0.6b --gpu-memory 24GiB --output json",
      "  modelcar size hf://org/model --gpu L40S --kv-cache-dtype fp8 --vllm 0.11",
      "  modelcar size hf://org/model-GGUF --include '*Q4_K_M*' --gpu RTX4090 --kv-type q8_0",
      "",
      "Exits with 0 whether the model fits or not; `fits` in the result tells.",
      "The KV cache follows the allocator of a version of vLLM (--vllm); what was assumed, and what",
      "is not known, stands below the figures."
    })
final class SizeCommand extends RegistryCommand {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE|IMAGE",
      description =
          "a folder, hf://ORG/NAME[@REVISION], or an image (a reference, oci: or oci-archive:)")
  String model = "";

  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description = "look only at these GGUF files, to select one of several models; repeatable")
  List<String> include = new ArrayList<>();

  @Mixin SizingOptions sizing = new SizingOptions();

  @Override
  public Integer call() {
    Console console = console();
    SizingRequest request = sizing.request();
    try (Session session = session()) {
      ModelFacts facts = isSource() ? source(session) : image(session);
      Sizing result = Sizer.size(facts, request);
      sizing.checkFor(result.engine());
      new SizeView(console).show(model, result);
      return 0;
    } catch (IOException e) {
      throw new ModelcarException(
          SourceError.SOURCE_UNREADABLE, model + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** An image has a scheme, or the host of its registry in front, and is no folder. */
  private boolean isSource() {
    return model.startsWith("hf://")
        || (!model.matches("(?:oci|oci-archive|docker|https?):.*")
            && (model.matches("[./~].*") || !model.contains("/") || isFolder()));
  }

  private boolean isFolder() {
    return Files.exists(Path.of(model));
  }

  private ModelFacts source(Session session) throws IOException {
    try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(model))) {
      return read(snapshot.files());
    }
  }

  private ModelFacts image(Session session) throws IOException {
    ImageReference reference = session.reference(model);
    try (ImageReader reader = session.reader(reference)) {
      return read(ImageFiles.of(reader, reference));
    }
  }

  private ModelFacts read(List<ModelFile> files) throws IOException {
    Predicate<String> wanted =
        SelectionPolicy.serving().withPatterns(include, List.of()).patterns();
    List<ModelFile> gguf = files.stream().filter(file -> file.path().endsWith(".gguf")).toList();
    if (!include.isEmpty() && gguf.stream().noneMatch(file -> wanted.test(file.path()))) {
      throw Usage.invalid(
          "--include %s matches no GGUF file of the %d in %s"
              .formatted(String.join(" ", include), gguf.size(), model));
    }
    return ModelHeaders.read(
        files.stream().filter(file -> !gguf.contains(file) || wanted.test(file.path())).toList());
  }
}
