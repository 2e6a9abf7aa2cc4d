package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Environment;
import dev.modelcar.oci.Platform;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.source.SnapshotInfo;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the image contains besides the model. */
final class ImageOptions {
  @Option(
      names = "--base",
      paramLabel = "BASE",
      description =
          "base image: an image reference, oci:FOLDER[:TAG], dir:ROOTFS or none"
              + " (default: a pinned ubi-micro)")
  String base = Bases.STANDARD;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      split = ",",
      description = "platforms of the image; several make an index (default: linux/amd64)")
  List<String> platforms = new ArrayList<>();

  @Option(
      names = "--compress",
      paramLabel = "none|zstd|gzip",
      description = "compression of layers; weights hardly shrink (default: none)")
  Compression compress = Compression.NONE;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "image label; repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "an annotation of the manifest; repeatable")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Option(
      names = "--user",
      paramLabel = "UID[:GID]",
      description =
          "user of the image (default: the base's or " + ImageDescription.STANDARD_USER + ")")
  String user = ImageDescription.STANDARD_USER;

  @Option(
      names = "--created",
      paramLabel = "TIME",
      description =
          "date of the content, as 2026-01-02T03:04:05Z (default: SOURCE_DATE_EPOCH, or the commit's"
              + " date, or 1970 if unknown)")
  @Nullable String created;

  /** The base image; pipelines pass an empty string for the default. */
  String base() {
    return base.isBlank() ? Bases.STANDARD : base;
  }

  /** The base image to open. The usual one is a registry's that has TLS, whatever others do. */
  String address() {
    return base().equals(Bases.STANDARD) ? "https://" + Bases.STANDARD : base();
  }

  /** The base image, if it is one that the user has named. */
  Optional<String> namedBase() {
    return Optional.of(base())
        .filter(name ->
            !name.equals(Bases.STANDARD) && !name.equals("none") && !name.startsWith("dir:"));
  }

  List<Platform> platforms() {
    List<String> named = platforms.stream().filter(text -> !text.isBlank()).toList();
    if (named.isEmpty()) {
      return List.of(Platform.of("linux", "amd64"));
    }
    return named.stream()
        .map(text ->
            Platform.parse(text)
                .orElseThrow(() ->
                    Usage.invalid("--platform takes OS/ARCH such as linux/arm64, not " + text)))
        .toList();
  }

  /** Whether the date of the content is known from elsewhere than its source. */
  boolean isDated(Environment environment) {
    return created != null || !environment.variable("SOURCE_DATE_EPOCH").isEmpty();
  }

  ImageDescription describe(SnapshotInfo info, Environment environment) {
    if (!user.matches("\\d{1,10}(:\\d{1,10})?")) {
      throw Usage.invalid("--user takes UID[:GID], as clusters reject names, not " + user);
    }
    ImageDescription described = ImageDescription.of(info);
    if (created != null) {
      described = described.withCreated(instant(created));
    } else if (isDated(environment)) {
      described = described.withCreated(epoch(environment.variable("SOURCE_DATE_EPOCH")));
    }
    return described.withLabels(labels).withAnnotations(annotations).withUser(user);
  }

  /** As builds that can be repeated take it: reproducible-builds.org, SOURCE_DATE_EPOCH. */
  private static Instant epoch(String seconds) {
    if (!seconds.matches("\\d{1,11}")) {
      throw Usage.invalid("SOURCE_DATE_EPOCH takes the seconds since 1970, not " + seconds);
    }
    return Instant.ofEpochSecond(Long.parseLong(seconds));
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw Usage.invalid("--created takes a time such as 2026-01-02T03:04:05Z, not " + text);
    }
  }
}
