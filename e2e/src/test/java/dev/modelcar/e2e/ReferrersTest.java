package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others attach to an image, we copy so that they find it again. */
final class ReferrersTest {
  private static final String SBOM = "application/spdx+json";
  private static final String SIGNATURE = "application/vnd.example.signature";

  @TempDir private Path folder;

  /** Who takes the image from the first registry to the second. */
  enum Way {
    DIRECT,
    OUR_LAYOUT,
    OUR_ARCHIVE,
    LAYOUT_OF_ORAS,
    LAYOUT_OF_REGCTL,
    OUR_LAYOUT_READ_BY_ORAS
  }

  @ParameterizedTest
  @CsvSource({
    "DISTRIBUTION_3, DISTRIBUTION_2, DIRECT",
    "DISTRIBUTION_2, OLAREG, DIRECT",
    "OLAREG, DISTRIBUTION_3, DIRECT",
    "OLAREG, OLAREG, DIRECT",
    "CRANE, OLAREG, DIRECT",
    "DISTRIBUTION_3, CRANE, DIRECT",
    "OLAREG, DISTRIBUTION_2, OUR_LAYOUT",
    "DISTRIBUTION_2, OLAREG, OUR_ARCHIVE",
    "OLAREG, DISTRIBUTION_2, LAYOUT_OF_ORAS",
    "OLAREG, DISTRIBUTION_2, LAYOUT_OF_REGCTL",
    "DISTRIBUTION_2, OLAREG, OUR_LAYOUT_READ_BY_ORAS"
  })
  void orasFindsWhatItHasAttached(RealRegistry.Kind from, RealRegistry.Kind to, Way way)
      throws IOException {
    String oras = Programs.need("oras");
    try (RunningRegistry first = Programs.need(from).start(folder.resolve("first"));
        RunningRegistry second = Programs.need(to).start(folder.resolve("second"))) {
      Modelcar modelcar = Modelcar.in(folder.resolve("home"));
      Path model = Files.createDirectories(folder.resolve("model"));
      Files.writeString(model.resolve("config.json"), "{\"model_type\":\"llama\"}");
      String repository = first.authority() + "/models/llama";
      String source = repository + ":v1";
      modelcar.ship(model.toString(), "--base", "none", "--plain-http", "--to", source);
      String sbom = attach(oras, source, SBOM);
      String signature = attach(oras, repository + "@" + sbom, SIGNATURE);

      String target = second.authority() + "/copies/llama:v1";
      move(way, oras, modelcar, source, target);
      assertThat(Programs.run(folder, oras, "discover", "--plain-http", "--format", "json", target))
          .contains(SBOM, sbom, SIGNATURE, signature);
    }
  }

  private void move(Way way, String oras, Modelcar modelcar, String source, String target)
      throws IOException {
    String layout = folder.resolve("layout") + ":v1";
    switch (way) {
      case DIRECT -> copy(modelcar, source, target);
      case OUR_LAYOUT -> {
        copy(modelcar, source, "oci:" + layout);
        copy(modelcar, "oci:" + layout, target);
      }
      case OUR_ARCHIVE -> {
        String archive = "oci-archive:" + folder.resolve("image.tar") + ":v1";
        copy(modelcar, source, archive);
        copy(modelcar, archive, target);
      }
      case LAYOUT_OF_ORAS -> {
        Programs.run(
            folder, oras, "cp", "-r", "--from-plain-http", "--to-oci-layout", source, layout);
        copy(modelcar, "oci:" + layout, target);
      }
      case LAYOUT_OF_REGCTL -> {
        String host = source.substring(0, source.indexOf('/'));
        Programs.run(
            folder,
            Programs.need("regctl"),
            "--host",
            "reg=" + host + ",tls=disabled",
            "image",
            "copy",
            "--referrers",
            source,
            "ocidir://" + layout);
        copy(modelcar, "oci:" + layout, target);
      }
      case OUR_LAYOUT_READ_BY_ORAS -> {
        copy(modelcar, source, "oci:" + layout);
        Programs.run(
            folder, oras, "cp", "-r", "--from-oci-layout", "--to-plain-http", layout, target);
      }
    }
  }

  private static void copy(Modelcar modelcar, String from, String to) throws IOException {
    modelcar.run("copy", from, to, "--plain-http", "--referrers", "--verify");
  }

  /** Attaches a file to a manifest, and returns the digest of the manifest that refers to it. */
  private String attach(String oras, String subject, String type) throws IOException {
    Files.writeString(folder.resolve("attached.txt"), type);
    return Programs.run(
            folder,
            oras,
            "attach",
            "--plain-http",
            "--artifact-type",
            type,
            "--format",
            "go-template",
            "--template",
            "{{.digest}}",
            subject,
            "attached.txt:text/plain")
        .strip();
  }
}
