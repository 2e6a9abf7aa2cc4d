package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an image says of its base. */
final class BaseNameTest {
  private static final SortedMap<String, String> NO_NOTE = new TreeMap<>();
  private static final SortedMap<String, String> NOTE = new TreeMap<>(Map.of("note", "other"));

  @Test
  void theUsualBaseHasOneNameWhereverItComesFrom() {
    try (FakeRegistry mirror = FakeRegistry.start();
        Workbench bench = Workbench.open()) {
      SmallImages images = new SmallImages(mirror, "mirror/micro");
      Descriptor config =
          images.blob(MediaTypes.OCI_CONFIG, "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
      RawManifest usual = images.put("9.7", ImageManifest.of(config, List.of(), NO_NOTE).toRaw());
      images.put("other", ImageManifest.of(config, List.of(), NOTE).toRaw());
      String standard = "registry.example.com/micro:9.7@" + usual.digest();
      Bases bases = new Bases(bench::readerOf, List.of(Workbench.AMD64), standard);
      String place = Workbench.in(mirror, "mirror/micro");
      assertThat(bases.resolve(place + "@" + usual.digest()).name())
          .contains("registry.example.com/micro:9.7");
      assertThat(bases.resolve(place + ":other").name())
          .contains(mirror.authority() + "/mirror/micro:other");
    }
  }
}
