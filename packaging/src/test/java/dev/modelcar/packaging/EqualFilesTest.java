package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One content under several names travels once; links that leave a folder are not followed. */
final class EqualFilesTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(72, 1, 2 << 20);
  private static final Content WEIGHTS = MODEL.file("model.safetensors").content();
  private static final GeneratedModel TWICE =
      MODEL.withFile("variants/fp16/weights.bin", WEIGHTS).withFile("vae/weights.bin", WEIGHTS);
  private static final Map<String, String> LINKS =
      Map.of(
          "variants/fp16/weights.bin", "model.safetensors", "vae/weights.bin", "model.safetensors");

  private final Workbench bench = Workbench.open();
  private final FakeHub hub = FakeHub.start();

  @TempDir Path folder;

  @AfterEach
  void close() {
    bench.close();
    hub.close();
  }

  private static LayerPlan plan(Snapshot snapshot, SelectionPolicy policy) {
    return LayerPlanner.within(Limits.standard())
        .plan(
            policy.select(snapshot),
            Base.none(List.of(Workbench.AMD64)),
            ImageDescription.of(snapshot.info()));
  }

  private Verification against(String image, Snapshot source) {
    Selection selection = SelectionPolicy.serving().select(source);
    return new ImageVerifier(bench.reader(image), 2)
        .verifyAgainst(ImageReference.parse(image), selection);
  }

  @Test
  void equalDigestsInTheHubsListArePackedOnce() {
    hub.add("org/m", TWICE);
    String image = "oci:" + folder.resolve("layout") + ":1";
    try (Snapshot snapshot = bench.hub(hub, "org/m")) {
      LayerPlan plan = plan(snapshot, SelectionPolicy.serving());
      assertThat(plan.selection().links()).isEqualTo(LINKS);
      assertThat(plan.selection().size()).isEqualTo(MODEL.totalBytes());
      assertThat(plan.selection().notes())
          .anySatisfy(note -> assertThat(note).contains("vae/weights.bin has the same content"));
      ShipmentReport report = Workbench.succeed(bench.ship(plan, image));
      assertThat(report.image()).isEqualTo(Workbench.succeed(bench.ship(plan, image)).image());
      Verification found = against(image, snapshot);
      assertThat(found.problems()).isEmpty();
    }
    assertThat(bench.verifyDeeply(image).problems()).isEmpty();
  }

  @Test
  void bothArePackedWhereDuplicatesAreKept() {
    hub.add("org/m", TWICE);
    try (Snapshot snapshot = bench.hub(hub, "org/m")) {
      LayerPlan plan = plan(snapshot, SelectionPolicy.serving().keepingDuplicates(true));
      assertThat(plan.selection().links()).isEmpty();
      assertThat(plan.size()).isGreaterThan(TWICE.totalBytes());
    }
  }

  @Test
  void linksWithinAFolderAreOneFileAndThoseThatLeaveItAreRefused() throws IOException {
    Path model = folder.resolve("model");
    MODEL.writeTo(model);
    Files.createDirectories(model.resolve("vae"));
    Files.createSymbolicLink(model.resolve("vae/weights.bin"), Path.of("../model.safetensors"));
    try (Snapshot snapshot = bench.folder(model)) {
      assertThat(plan(snapshot, SelectionPolicy.serving()).selection().links())
          .isEqualTo(Map.of("vae/weights.bin", "model.safetensors"));
    }
    Path secret = Files.writeString(folder.resolve("secret"), "of this machine");
    Files.createSymbolicLink(model.resolve("extra.json"), secret);
    try (Snapshot snapshot = bench.folder(model)) {
      assertThatThrownBy(() -> SelectionPolicy.serving().select(snapshot))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(SourceError.SOURCE_LINK_LEAVES))
          .hasMessageContaining("the link extra.json points to " + secret.toRealPath());
      SelectionPolicy following =
          SelectionPolicy.serving().accepting(Set.of(SourceError.SOURCE_LINK_LEAVES));
      assertThat(following.select(snapshot).files()).anyMatch(f -> f.path().equals("extra.json"));
    }
  }

  @Test
  void anImageWithALinkToOtherContentDiffers() throws IOException {
    hub.add("org/m", TWICE);
    String image = "oci:" + folder.resolve("layout") + ":1";
    try (Snapshot snapshot = bench.hub(hub, "org/m")) {
      Workbench.succeed(bench.ship(plan(snapshot, SelectionPolicy.serving()), image));
    }
    Path other = folder.resolve("other");
    MODEL.writeTo(other);
    TWICE
        .withFile(
            "vae/weights.bin",
            GeneratedModel.llama(73, 1, 2 << 20).file("model.safetensors").content())
        .writeTo(other);
    try (Snapshot snapshot = bench.folder(other)) {
      assertThat(against(image, snapshot).problems())
          .containsExactly("vae/weights.bin differs between the image and the source");
    }
  }
}
