package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures and SBOMs go with their image, all of them, or somebody says why not. */
final class AttachmentsTest {
  private static final String SBOM = "application/spdx+json";
  private static final String SIGNATURE = "application/vnd.example.signature";

  private final Workbench bench =
      Workbench.impatient(Duration.ofMillis(700), Timeouts.of(Duration.ofSeconds(10)));
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry other = FakeRegistry.start();
  private final SmallImages images = new SmallImages(registry, "team/model");
  private final RawManifest image = images.image("1");

  @TempDir Path folder;

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

  private void copyAll(String from, String to) {
    Workbench.succeed(bench.copyAll(from, to));
  }

  private List<Descriptor> found(String place, RawManifest subject) {
    return bench.reader(place).referrers(subject.digest());
  }

  private List<Digest> digests(String place, RawManifest subject) {
    return found(place, subject).stream().map(Descriptor::digest).toList();
  }

  // ---- where they go ----

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyAreFoundWhetherARegistryListsThemOrNot(boolean lists) {
    RawManifest sbom = images.attach(image, SBOM, "the sbom");
    RawManifest signature = images.attach(image, SIGNATURE, "the signature");
    other.habits(lists ? Habits.standard() : Habits.distribution2());
    copyAll(source(), target());
    assertThat(found(target(), image))
        .extracting(
            Descriptor::digest,
            entry -> entry.artifactType().orElse(""),
            entry -> entry.annotations().get("note"))
        .containsExactlyInAnyOrder(
            tuple(sbom.digest(), SBOM, "the sbom"),
            tuple(signature.digest(), SIGNATURE, "the signature"));
    assertThat(other.tags("copies/model").contains(Referrer.tag(image.digest())))
        .as("the tag is for registries that keep no list")
        .isNotEqualTo(lists);
    assertThat(bench.verifyCopy(source(), target()).problems()).isEmpty();
  }

  @Test
  void aRegistryThatListsWithoutSayingSoGetsNoTag() {
    images.attach(image, SBOM, "");
    // Quay.
    other.faults().always(RegistryRequestKind.MANIFEST_PUT, new RegistryFault.SubjectNotSaid());
    copyAll(source(), target());
    assertThat(other.tags("copies/model")).containsExactly("1");
  }

  @Test
  void whatOthersHaveListedStaysListed() {
    RawManifest sbom = images.attach(image, SBOM, "");
    other.habits(Habits.distribution3());
    SmallImages copies = new SmallImages(other, "copies/model");
    RawManifest theirs = copies.attach(image, SIGNATURE, "theirs");
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"x\":7}],\"y\":8}"
            .formatted(
                MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, theirs.digest(), theirs.size());
    String tag = Referrer.tag(image.digest());
    other.injectManifest("copies/model", tag, MediaTypes.OCI_INDEX, Content.of(index));
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(theirs.digest(), sbom.digest());
    byte[] after = other.manifest("copies/model", tag).orElseThrow().content().bytes();
    assertThat(new String(after, StandardCharsets.UTF_8)).contains("\"x\":7", "\"y\":8");
    other.clearRequests();
    copyAll(source(), target());
    assertThat(other.manifest("copies/model", tag).orElseThrow().content().bytes())
        .as("listed once")
        .isEqualTo(after);
  }

  @Test
  void aListThatIsLostIsWrittenAgain() {
    RawManifest sbom = images.attach(image, SBOM, "");
    other.habits(Habits.distribution3());
    other
        .faults()
        .add(
            RegistryRequestKind.MANIFEST_PUT,
            target -> target.contains("/manifests/sha256-"),
            0,
            2,
            new RegistryFault.ManifestNotStored());
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
  }

  @Test
  void severalAtOnceDoNotForgetEachOther() throws Exception {
    other.habits(Habits.distribution3());
    List<Digest> attached = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SmallImages copy = new SmallImages(registry, "team/copy" + i);
      RawManifest same = copy.image("1");
      attached.add(copy.attach(same, SIGNATURE, "by " + i).digest());
      sources.add(Workbench.in(registry, "team/copy" + i + ":1"));
    }
    Threads.map(
        sources,
        8,
        "test",
        from -> {
          copyAll(from, target());
          return true;
        });
    assertThat(digests(target(), image)).containsExactlyInAnyOrderElementsOf(attached);
  }

  @Test
  void aListThatNamesWhatIsGoneIsReported() {
    RawManifest sbom = images.attach(image, SBOM, "");
    RawManifest gone = images.attach(image, SIGNATURE, "");
    other.habits(Habits.distribution3());
    new SmallImages(other, "copies/model")
        .put(
            Referrer.tag(image.digest()),
            new ImageIndex(List.of(gone.descriptor()), new TreeMap<>(), Optional.empty()).toRaw());
    registry.forgetManifest("team/model", gone.digest().toString());
    assertThatThrownBy(() -> copyAll(source(), target()))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(OciError.REGISTRY_REFUSED))
        .hasMessageContaining("names manifests that no longer exist");
    assertThat(other.manifest("copies/model", sbom.digest().toString())).isPresent();
  }

  @Test
  void aTagThatIsNoListIsNotOverwritten() {
    images.attach(image, SBOM, "");
    other.habits(Habits.distribution3());
    RawManifest theirs = new SmallImages(other, "copies/model").image(Referrer.tag(image.digest()));
    assertThatThrownBy(() -> copyAll(source(), target()))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(OciError.REGISTRY_REFUSED));
    assertThat(other.manifest("copies/model", Referrer.tag(image.digest())).orElseThrow().digest())
        .isEqualTo(theirs.digest().toString());
  }

  @ParameterizedTest
  @CsvSource({"oci:%s/layout:1", "oci-archive:%s/image.tar:1", "oci:%s/layout", "oci-archive:%s/a"})
  void theyComeOutOfALayoutAgain(String place) {
    String between = place.formatted(folder);
    RawManifest sbom = images.attach(image, SBOM, "");
    RawManifest signature = images.attach(sbom, SIGNATURE, "");
    RawManifest cosign = images.artifact(cosign(image, "sig"), SIGNATURE);
    copyAll(source(), between);
    copyAll(between, target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
    assertThat(digests(target(), sbom)).containsExactly(signature.digest());
    assertThat(other.manifest("copies/model", cosign(image, "sig")).orElseThrow().digest())
        .isEqualTo(cosign.digest().toString());
    assertThat(bench.verifyCopy(source(), between).problems()).isEmpty();
    assertThat(bench.verifyCopy(source(), target()).problems()).isEmpty();
  }

  @Test
  void anArchiveHasRoomForManyOfThem() {
    for (int i = 0; i < 40; i++) {
      images.attach(image, SIGNATURE, "x".repeat(1000) + i);
    }
    String archive = "oci-archive:" + folder.resolve("image.tar") + ":1";
    copyAll(source(), archive);
    assertThat(found(archive, image)).hasSize(40);
    assertThat(bench.verifyCopy(source(), archive).problems()).isEmpty();
  }

  @Test
  void aLayoutOfOthersMayKeepAListUnderATag() {
    RawManifest sbom = images.attach(image, SBOM, "");
    String layout = "oci:" + folder.resolve("layout") + ":1";
    Workbench.succeed(bench.copy(source(), layout));
    Workbench.succeed(
        bench.copy(
            Workbench.in(registry, "team/model@" + sbom.digest()),
            "oci:" + folder.resolve("layout") + ":x"));
    RawManifest list =
        new ImageIndex(List.of(sbom.descriptor()), new TreeMap<>(), Optional.empty()).toRaw();
    images.put("list", list);
    Workbench.succeed(
        bench.copy(
            Workbench.in(registry, "team/model:list"),
            "oci:" + folder.resolve("layout") + ":" + Referrer.tag(image.digest())));
    assertThat(digests(layout, image)).containsExactly(sbom.digest());
  }

  // ---- how they are found ----

  private static String cosign(RawManifest subject, String kind) {
    return "sha256-" + subject.digest().hex() + "." + kind;
  }

  @Test
  void allLevelsAreCopiedAndThoseOfAnIndexToo() {
    RawManifest index =
        images.put(
            "all",
            new ImageIndex(List.of(image.descriptor()), new TreeMap<>(), Optional.empty()).toRaw());
    RawManifest sbom = images.attach(image, SBOM, "");
    RawManifest signature = images.attach(sbom, SIGNATURE, "");
    RawManifest onIndex = images.attach(index, SIGNATURE, "index");
    List<String> tags =
        List.of(
            "1",
            cosign(index, "sig"),
            cosign(image, "att"),
            cosign(image, "sbom"),
            cosign(sbom, "sig"));
    tags.stream().skip(1).forEach(tag -> images.artifact(tag, SIGNATURE));
    copyAll(Workbench.in(registry, "team/model:all"), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
    assertThat(digests(target(), sbom)).containsExactly(signature.digest());
    assertThat(digests(target(), index)).containsExactly(onIndex.digest());
    assertThat(other.tags("copies/model")).containsExactlyInAnyOrderElementsOf(tags);
  }

  @Test
  void aListThatNamesItsOwnSubjectIsNoCircle() {
    registry.habits(Habits.distribution3());
    RawManifest sbom = images.attach(image, SBOM, "");
    for (RawManifest subject : List.of(image, sbom)) {
      images.put(
          Referrer.tag(subject.digest()),
          new ImageIndex(
                  List.of(image.descriptor(), sbom.descriptor()), new TreeMap<>(), Optional.empty())
              .toRaw());
    }
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
  }

  @Test
  void oneThatIsListedAndNotThereIsAFailure() {
    RawManifest sbom = images.attach(image, SBOM, "");
    registry.habits(Habits.distribution3());
    images.put(
        Referrer.tag(image.digest()),
        new ImageIndex(List.of(sbom.descriptor()), new TreeMap<>(), Optional.empty()).toRaw());
    registry.forgetManifest("team/model", sbom.digest().toString());
    failsWith(OciError.IMAGE_NOT_FOUND, sbom.digest().toString());
    assertThat(other.tags("copies/model")).isEmpty();
  }

  private void failsWith(ErrorCode code, String words) {
    assertThatThrownBy(() -> bench.copyAll(source(), target()))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(words);
            });
  }

  // ---- lists of all kinds ----

  private static String list(RawManifest... entries) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (RawManifest entry : entries) {
      descriptors.add(entry.descriptor());
    }
    return new String(
        new ImageIndex(descriptors, new TreeMap<>(), Optional.empty()).toRaw().bytes(),
        StandardCharsets.UTF_8);
  }

  private static Headers type(String type) {
    return Headers.of("Content-Type", type);
  }

  /** Lets the registry answer the question for what refers to the image. */
  private void answers(Function<String, Boolean> page, int times, Fault.Status answer) {
    registry
        .faults()
        .add(
            RegistryRequestKind.REFERRERS,
            target -> target.contains(image.digest().toString()) && page.apply(target),
            0,
            times,
            answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</v2/team/model/referrers/%s?last=x>; rel=\"next\"",
        "<?last=x>; rel=next",
        "<http://127.0.0.1:1/v2/team/model/referrers/%s?last=x>; rel=\"next\""
      })
  void allPagesOfAListAreRead(String link) {
    RawManifest first = images.attach(image, SBOM, "1");
    RawManifest second = images.attach(image, SBOM, "2");
    answers(
        target -> !target.contains("last="),
        FaultPlan.ALWAYS,
        new Fault.Status(
            200,
            type(MediaTypes.OCI_INDEX).with("Link", link.formatted(image.digest())),
            list(first)));
    answers(
        target -> target.contains("last="),
        FaultPlan.ALWAYS,
        new Fault.Status(200, type(MediaTypes.OCI_INDEX), list(second)));
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactlyInAnyOrder(first.digest(), second.digest());
  }

  @Test
  void pagesThatLeadInACircleAreAFailure() {
    answers(
        target -> true,
        FaultPlan.ALWAYS,
        new Fault.Status(
            200,
            type(MediaTypes.OCI_INDEX).with("Link", "<?last=x>; rel=next"),
            list(images.attach(image, SBOM, ""))));
    failsWith(OciError.REGISTRY_PROTOCOL, "does not end");
  }

  @Test
  void aLinkToSomethingElseIsAFailure() {
    answers(
        target -> true,
        FaultPlan.ALWAYS,
        new Fault.Status(
            200,
            type(MediaTypes.OCI_INDEX).with("Link", "</login>; rel=next"),
            list(images.attach(image, SBOM, ""))));
    failsWith(OciError.REGISTRY_PROTOCOL, "leads elsewhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "text/plain"})
  void aListIsAListWhateverItsType(String type) {
    RawManifest sbom = images.attach(image, SBOM, "");
    answers(target -> true, FaultPlan.ALWAYS, new Fault.Status(200, type(type), list(sbom)));
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>busy</html>", "{\"manifests\":[{\"mediaType\":\"a", "{}", ""})
  void whatIsNoListIsAskedForAgain(String body) {
    RawManifest sbom = images.attach(image, SBOM, "");
    answers(target -> true, 1, new Fault.Status(200, type(MediaTypes.OCI_INDEX), body));
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
    answers(
        target -> true, FaultPlan.ALWAYS, new Fault.Status(200, type(MediaTypes.OCI_INDEX), body));
    failsWith(OciError.REGISTRY_PROTOCOL, "did not return a list");
  }

  @ParameterizedTest
  @CsvSource({"401, REGISTRY_UNAUTHORIZED", "403, REGISTRY_DENIED", "503, REGISTRY_UNAVAILABLE"})
  void aListThatIsRefusedIsAFailure(int status, OciError code) {
    images.attach(image, SBOM, "");
    answers(target -> true, FaultPlan.ALWAYS, new Fault.Status(status, Headers.none(), ""));
    failsWith(code, "listing the referrers of");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 406, 501})
  void whereThereIsNoListTheTagIsLookedAt(int status) {
    RawManifest sbom = images.attach(image, SBOM, "");
    images.put(
        Referrer.tag(image.digest()),
        new ImageIndex(List.of(sbom.descriptor()), new TreeMap<>(), Optional.empty()).toRaw());
    answers(target -> true, FaultPlan.ALWAYS, new Fault.Status(status, Headers.none(), ""));
    copyAll(source(), target());
    assertThat(digests(target(), image)).containsExactly(sbom.digest());
  }

  // ---- whether they have arrived ----

  @Test
  void whatHasNotArrivedIsNamed() {
    RawManifest sbom = images.attach(image, SBOM, "");
    images.artifact(cosign(image, "sig"), SIGNATURE);
    other.habits(Habits.distribution3());
    copyAll(source(), target());
    other.forgetManifest("copies/model", Referrer.tag(image.digest()));
    other.forgetManifest("copies/model", cosign(image, "sig"));
    other.forgetBlob(Documents.manifest(sbom).layers().getFirst().digest().toString());
    assertThat(bench.verifyCopy(source(), target()).problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains("a referrer of " + image.digest()))
        .anyMatch(problem -> problem.contains(cosign(image, "sig")))
        .anyMatch(problem -> problem.contains("the blob"));
  }
}
