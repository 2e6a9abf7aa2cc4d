package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are none of ours are copied as they are, or refused with a reason. */
final class OddImagesTest {
  private final Workbench bench = Workbench.open();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry other = FakeRegistry.start();

  @AfterEach
  void close() {
    bench.close();
    registry.close();
    other.close();
  }

  private String source() {
    return Workbench.in(registry, "team/model:1");
  }

  private String target() {
    return Workbench.in(other, "copies/model:1");
  }

  // ---- manifests of long ago ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/json"
      })
  void dockersFirstManifestsAreRefusedAtOnce(String mediaType) {
    String manifest =
        "{\"schemaVersion\":1,\"name\":\"team/model\",\"fsLayers\":[],\"signatures\":[]}";
    registry
        .faults()
        .always(
            RegistryRequestKind.MANIFEST_GET,
            new Fault.Status(
                200,
                Headers.of("Content-Type", mediaType)
                    .with("Docker-Content-Digest", "sha256:" + Content.of("payload").sha256()),
                manifest));
    assertThatThrownBy(() -> bench.copy(source(), target()))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_INVALID);
              assertThat(e).hasMessageContaining("schema 1");
            });
    assertThat(registry.requests(RegistryRequestKind.MANIFEST_GET)).as("not repeated").hasSize(1);
  }
}
