package dev.modelcar.cli;

import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.Part;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What would move, and why. */
@CommandLine.Command(
    name = "plan",
    description = "Says which layers an image would have, and what each target lacks of them.",
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
      description = "also share the layers out among N workers; auto: as many as are worth it")
  @Nullable String parts;

  @Option(
      names = "--max-parts",
      paramLabel = "N",
      description = "the most that auto takes (default: ${DEFAULT-VALUE}, Tekton's limit)")
  int maxParts = 256;

  @Override
  public Integer call() {
    planning.transfer.movesLittle();
    return planning.plan(
        this,
        targets.all(),
        planned -> {
          Previews previews = new Previews(console());
          if (parts != null) {
            int count =
                parts.equals("auto") ? Part.countFor(planned.plan(), maxParts) : count(parts);
            previews = previews.inParts(count);
          }
          return previews.show(planned, Shipper.to(planned.targets()).resuming(planned.memory()));
        });
  }

  private static int count(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw TransferOptions.usage("--parts takes a number from 1 to 9999 or auto, not " + text);
    }
    return Integer.parseInt(text);
  }

  static Part part(String text) {
    return Part.parse(text)
        .orElseThrow(() -> TransferOptions.usage("--part takes I/N such as 2/4, not " + text));
  }
}
