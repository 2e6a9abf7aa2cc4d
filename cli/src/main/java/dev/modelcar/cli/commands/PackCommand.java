package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
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
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes images of programs, such as modelcar's own. */
@CommandLine.Command(
    name = "pack",
    hidden = true,
    description = "Makes an image of a program from a folder with its files.")
final class PackCommand extends RegistryCommand {
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
      description = "platform of the image (default: ${DEFAULT-VALUE})")
  String platform = "linux/amd64";

  @Option(names = "--entrypoint", paramLabel = "WORD", description = "command word; repeatable")
  List<String> entrypoint = new ArrayList<>();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "repeatable")
  List<String> variables = new ArrayList<>();

  @Option(names = "--user", paramLabel = "UID", description = "default: ${DEFAULT-VALUE}")
  String user = "65532";

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(names = "--compress", paramLabel = "none|zstd|gzip", description = "as for ship")
  Compression compress = Compression.GZIP;

  @Override
  public Integer call() {
    Console console = console();
    List<Platform> platforms =
        List.of(
            Platform.parse(platform)
                .orElseThrow(() -> Usage.invalid("--platform takes OS/ARCH, not " + platform)));
    try (Session session = session()) {
      session.reachAs(to);
      List<ShipmentTarget> targets = session.targets(to);
      Base image = new Bases(session::reader, platforms).resolve(base);
      ShipmentReport report;
      try (Progress progress = Progress.on(console, "packing")) {
        report =
            new ApplicationImage(folder, compress, entrypoint, variables, user, labels)
                .ship(image, targets, progress);
      }
      return new Reports(console).show(report, targets, Map.of());
    }
  }
}
