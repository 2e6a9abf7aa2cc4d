package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.source.SourceReference;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a shipment would move. */
@CommandLine.Command(
    name = "plan",
    description = "Shows the layers an image would have, and which of them each target is missing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar plan hf://Qwen/Qwen3-0.6B",
      "  modelcar plan ./my-model --to quay.io/team/my-model:v2 --output json",
      "  modelcar plan hf://org/big@v1.0 --parts auto      for `ship --part I/N`",
      "",
      "Only file lists and the headers of weights are read."
    })
final class PlanCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(
      names = "--parts",
      paramLabel = "N|auto",
      description = "divide the layers among N workers; auto: as many as are worthwhile")
  @Nullable String parts;

  @Option(
      names = "--max-parts",
      paramLabel = "N",
      description = "upper limit for auto (default: ${DEFAULT-VALUE}, Tekton's limit)")
  int maxParts = 256;

  @Override
  public Integer call() {
    if (parts != null && planning.source() instanceof SourceReference.Folder) {
      throw Usage.invalid(
          "--parts needs a source that declares the digests of its files, such as the Hub");
    }
    return planning
        .request(targets.all(), Set.of(Trait.WITHOUT_TRANSFER, Trait.LISTING))
        .plan(
            console(),
            planned -> {
              Shipper shipper = Shipper.to(planned.targets()).resuming(planned.memory());
              Optional<Integer> count =
                  Optional.ofNullable(parts)
                      .map(text ->
                          text.equals("auto")
                              ? Part.countFor(planned.plan(), maxParts)
                              : count(text));
              return targets.exitCode(new Previews(console()).show(planned, shipper, count));
            });
  }

  private static int count(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw Usage.invalid("--parts takes a number from 1 to 9999 or auto, not " + text);
    }
    return Integer.parseInt(text);
  }

  static Part part(String text) {
    return Part.parse(text)
        .orElseThrow(() -> Usage.invalid("--part takes I/N such as 2/4, not " + text));
  }
}
