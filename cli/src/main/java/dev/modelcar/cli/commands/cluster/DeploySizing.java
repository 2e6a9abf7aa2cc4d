package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Usage;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.sizing.Sizer;
import dev.modelcar.sizing.Sizing;
import dev.modelcar.sizing.SizingRequest;
import dev.modelcar.sizing.gpu.Gpu;
import dev.modelcar.sizing.model.ImageFiles;
import dev.modelcar.sizing.model.ModelHeaders;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server needs for a model on a GPU, beside what the user gave: that wins.
 *
 * @param engine of the server, as far as known
 * @param sizedArguments for the server
 * @param notes about what was sized, for people
 */
record DeploySizing(
    String engine,
    List<String> sizedArguments,
    Map<String, String> sizedRequests,
    Map<String, String> sizedLimits,
    List<String> notes) {

  static DeploySizing none() {
    return new DeploySizing("", List.of(), Map.of(), Map.of(), List.of());
  }

  /**
   * Sizes an image by its config and the headers of its weights.
   *
   * @throws ModelcarException if the model does not fit, or cannot be sized
   */
  static DeploySizing of(
      ImageReader reader,
      ImageReference reference,
      String gpu,
      @Nullable Integer gpus,
      @Nullable Long context) {
    int count = gpus == null ? 1 : gpus;
    if (count < 1 || count > 1024) {
      throw Usage.invalid("--gpus takes a number from 1 to 1024, not " + count);
    }
    SizingRequest request = SizingRequest.standard().on(Gpu.named(gpu), count);
    try {
      Sizing sizing =
          Sizer.size(
              ModelHeaders.read(ImageFiles.of(reader, reference)),
              context == null ? request : request.withContext(context));
      if (!sizing.fits().orElse(true)) {
        throw Usage.invalid(
            "%s does not fit on %d × %s: %s"
                .formatted(reference, count, gpu, sizing.reason().orElse("too little memory")));
      }
      return new DeploySizing(
          sizing.engine(),
          sizing.arguments(),
          sizing.pod().map(Sizing.Pod::requests).orElse(Map.of()),
          sizing.pod().map(Sizing.Pod::limits).orElse(Map.of()),
          List.of(
              "sized for %d × %s, %s %s: %s"
                  .formatted(
                      count,
                      gpu,
                      sizing.engine(),
                      sizing.engineVersion(),
                      String.join(" ", sizing.arguments()))));
    } catch (IOException e) {
      throw new ModelcarException(
          SourceError.SOURCE_UNREADABLE, reference + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Those of the user, and the sized ones that are none of theirs. */
  List<String> arguments(List<String> given) {
    List<String> all = new ArrayList<>();
    for (String argument : sizedArguments) {
      String option = argument.replaceFirst("=.*", "");
      if (given.stream().noneMatch(own -> own.equals(option) || own.startsWith(option + "="))) {
        all.add(argument);
      }
    }
    all.addAll(given);
    return all;
  }

  Map<String, String> requests(Map<String, String> given) {
    return joined(sizedRequests, given);
  }

  Map<String, String> limits(Map<String, String> given) {
    return joined(sizedLimits, given);
  }

  private static Map<String, String> joined(Map<String, String> sized, Map<String, String> given) {
    Map<String, String> all = new TreeMap<>(sized);
    all.putAll(given);
    return all;
  }
}
