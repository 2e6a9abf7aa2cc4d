package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirrorTest {
  @TempDir Path folder;
  private final FakeRegistry from = FakeRegistry.start();
  private final FakeRegistry to = FakeRegistry.start();

  @AfterEach
  void close() {
    from.close();
    to.close();
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.toString()), words);
  }

  private String source() {
    return "http://" + from.authority() + "/team/model";
  }

  private String target() {
    return "http://" + to.authority() + "/copies/model";
  }

  @BeforeEach
  void shipThree() throws IOException {
    for (String tag : new String[] {"v1", "v2", "dev"}) {
      Path model = Files.createDirectories(folder.resolve(tag));
      Files.writeString(model.resolve("config.json"), "{\"tag\":\"" + tag + "\"}");
      run("ship", model.toString(), "--base=none", "--to=" + source() + ":" + tag).succeeds();
    }
  }

  @Test
  void copiesTheTagsThatAreWantedWithTheirDigests() {
    run("mirror", source(), target(), "--tags", "v?", "--verify").succeeds();
    assertThat(to.tags("copies/model")).containsExactly("v1", "v2");
    for (String tag : to.tags("copies/model")) {
      assertThat(to.manifest("copies/model", tag).orElseThrow().digest())
          .isEqualTo(from.manifest("team/model", tag).orElseThrow().digest());
    }
  }

  @Test
  void leavesAloneWhatIsThere() {
    run("mirror", source(), target()).succeeds();
    long sent = to.bytesReceived();
    assertThat(run("mirror", source(), target()).succeeds().out()).contains("already present");
    assertThat(to.bytesReceived()).isEqualTo(sent);
  }

  @Test
  void saysWhatItWouldDo() {
    Run dry = run("mirror", source(), target(), "--exclude-tags", "dev", "--dry-run").succeeds();
    assertThat(dry.out()).isEqualTo("v1\nv2\n");
    Run json = run("mirror", source(), target(), "--dry-run", "--output", "json").succeeds();
    assertThat(json.out().replaceAll("\\s", ""))
        .isEqualTo("{\"from\":\"" + source() + "\",\"tags\":[\"dev\",\"v1\",\"v2\"]}");
    assertThat(to.tags("copies/model")).isEmpty();
  }

  @Test
  void oneImageThatCannotBeReadDoesNotKeepTheOthers() {
    from.forgetBlob(layerOf("v1"));
    Run some = run("mirror", source(), target(), "--retry-for", "1s");
    assertThat(some.code()).isEqualTo(8);
    assertThat(to.tags("copies/model")).containsExactly("dev", "v2");
  }

  // ---- signatures, SBOMs, and what else is no image ----

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** An artifact of nothing but its type, which may refer to an image. */
  private String artifact(String reference, String more) {
    String empty = from.inject("team/model", Content.of("{}"));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"application/spdx+json","config":
        {"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[]%s}\
        """
            .formatted(MANIFEST, empty, more);
    Content content = Content.of(manifest);
    return from.injectManifest(
        "team/model",
        reference.isEmpty() ? "sha256:" + content.sha256() : reference,
        MANIFEST,
        content);
  }

  private String attached(String subject) {
    return artifact(
        "",
        ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
            .formatted(MANIFEST, subject));
  }

  @Test
  void whatIsAttachedComesAlongAndIsFound() {
    String image = from.manifest("team/model", "v1").orElseThrow().digest();
    String sbom = attached(image);
    String signature = attached(sbom);
    to.habits(Habits.distribution2());
    run("mirror", source(), target(), "--referrers", "--verify").succeeds();
    assertThat(to.tags("copies/model")).containsExactly("dev", list(image), list(sbom), "v1", "v2");
    assertThat(text(to, list(image))).contains(sbom);
    assertThat(text(to, list(sbom))).contains(signature);
    // And back, where these lists are tags like others.
    from.habits(Habits.distribution2());
    String back = "http://" + from.authority() + "/back/model";
    run("mirror", target(), back, "--referrers", "--verify").succeeds();
    assertThat(run("mirror", target(), back).succeeds().out().lines())
        .allMatch(line -> line.isEmpty() || line.endsWith("already present"));
  }

  /** Both sides have signed the image, where lists of referrers are tags like others. */
  @Test
  void aListThatTheTargetHasGrownByItselfIsJoinedAndNotReplaced() {
    String image = from.manifest("team/model", "v1").orElseThrow().digest();
    String theirs = attached(image);
    to.habits(Habits.distribution2());
    run("mirror", source(), target(), "--referrers").succeeds();
    from.habits(Habits.distribution2());
    String ours = artifact("", ",\"annotations\":{\"by\":\"us\"}");
    from.injectManifest(
        "team/model",
        list(image),
        INDEX,
        Content.of(
            """
            {"schemaVersion":2,"mediaType":"%s","manifests":[
            {"mediaType":"%s","digest":"%s","size":%d}]}\
            """
                .formatted(
                    INDEX,
                    MANIFEST,
                    ours,
                    from.manifest("team/model", ours).orElseThrow().content().size())));
    run("mirror", target(), source(), "--tags", list(image)).succeeds();
    assertThat(text(from, "team/model", list(image))).contains(ours, theirs);
    assertThat(run("mirror", target(), source(), "--tags", list(image)).succeeds().out())
        .contains("already present");
  }

  private static String list(String digest) {
    return digest.replace(':', '-');
  }

  private static String text(FakeRegistry registry, String tag) {
    return text(registry, "copies/model", tag);
  }

  private static String text(FakeRegistry registry, String repository, String tag) {
    return new String(
        registry.manifest(repository, tag).orElseThrow().content().bytes(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void artifactsAreVerifiedAsWhatTheyAre() {
    artifact("sbom", "");
    run("mirror", source(), target(), "--verify").succeeds();
    run("copy", source() + ":sbom", target() + ":sbom", "--verify").succeeds();
    run("verify", target() + ":sbom").succeeds();
  }

  @Test
  void whatIsNotFoundAfterwardsIsAFailure() {
    attached(from.manifest("team/model", "v1").orElseThrow().digest());
    // It takes manifests that refer to others, says that it lists them, and does not.
    to.faults()
        .always(
            RegistryRequestKind.REFERRERS,
            new Fault.Status(200, Headers.none(), "{\"schemaVersion\":2,\"manifests\":[]}"));
    Run copy = run("copy", source() + ":v1", target() + ":v1", "--referrers", "--verify");
    copy.failsWith(CoreError.VERIFICATION_FAILED).says("is not found as a referrer of");
    Run mirror = run("mirror", source(), target(), "--referrers", "--verify");
    assertThat(mirror.code()).isEqualTo(8);
    run("copy", source() + ":v1", target() + ":v1", "--referrers").succeeds();
  }

  private String layerOf(String tag) {
    String manifest =
        new String(
            from.manifest("team/model", tag).orElseThrow().content().bytes(),
            java.nio.charset.StandardCharsets.UTF_8);
    int layers = manifest.indexOf("\"layers\"");
    int digest = manifest.indexOf("sha256:", layers);
    return manifest.substring(digest, digest + "sha256:".length() + 64);
  }

  @Test
  void refusesWhatIsNoRepository() {
    run("mirror", source() + ":v1", target()).failsWith(CoreError.USAGE_INVALID);
    run("mirror", source(), target(), "--tags", "nothing*").failsWith(OciError.IMAGE_NOT_FOUND);
  }
}
