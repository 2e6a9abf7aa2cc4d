package dev.modelcar.cli;

import dev.modelcar.core.Json;
import dev.modelcar.oci.Platform;
import dev.modelcar.packaging.build.ApplicationImage;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Images of programs; how modelcar's own image is made. */
@CommandLine.Command(
    name = "pack",
    hidden = true,
    description = "Makes an image of a program from a folder that holds its files.")
final class PackCommand extends Command {
  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "the program's files, under their paths in the image")
  Path folder = Path.of("");

  @Option(names = "--to", required = true, paramLabel = "TARGET", description = "as for ship")
  List<String> to = new ArrayList<>();

  @Option(names = "--base", required = true, paramLabel = "BASE", description = "as for ship")
  String base = "";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "what the program runs on (default: ${DEFAULT-VALUE})")
  String platform = "linux/amd64";

  @Option(
      names = "--entrypoint",
      paramLabel = "WORD",
      description = "a word of the command that is run; repeatable")
  List<String> entrypoint = new ArrayList<>();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "repeatable")
  List<String> environment = new ArrayList<>();

  @Option(names = "--user", paramLabel = "UID", description = "default: ${DEFAULT-VALUE}")
  String user = "65532";

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(names = "--compress", paramLabel = "none|zstd|gzip", description = "as for ship")
  String compress = "gzip";

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    List<Platform> platforms =
        List.of(
            Platform.parse(platform)
                .orElseThrow(() -> TransferOptions.usage("--platform takes OS/ARCH")));
    try (Session session = new Session(environment(), console, registry, transfer)) {
      List<ShipmentTarget> targets = session.targets(to);
      Base below = new Bases(session::reader, platforms).resolve(base);
      ShipmentReport report;
      try (Progress progress = progress(console, "packing")) {
        report =
            new ApplicationImage(
                    folder,
                    Compression.valueOf(compress.toUpperCase(Locale.ROOT)),
                    entrypoint,
                    environment,
                    user,
                    labels)
                .ship(below, targets, progress);
      }
      return new Reports(console).show(Json.object(), report, targets);
    }
  }
}
