package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.CaseWriter;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.ServerView;
import dev.modelcar.findings.evidence.ServerView.Server;
import dev.modelcar.findings.evidence.ServerView.State;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What registries say now, beside what the cluster said then. */
final class ServerViewsTest {
  private static final String IMAGE = "quay.example.com/team/tool:1";
  private static final String DENIED =
      "failed to pull and unpack image: pull access denied, authorization failed";
  private static final Instant EVENING = Instant.parse("2026-01-01T20:00:00Z");
  private static final String GONE = "rpc error: code = NotFound desc = not found";

  @TempDir Path folder;

  private static Case pull(String said, ServerView... views) {
    String yaml =
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: ship, namespace: models}
        status:
          podName: ship-pod
          conditions: [{type: Succeeded, status: 'False', reason: TaskRunImagePullFailed, message: 'Back-off pulling image "IMAGE": ErrImagePull: SAID'}]
        """
            .replace("IMAGE", IMAGE)
            .replace("SAID", said);
    List<KubeObject> objects = new ArrayList<>();
    YamlDocuments.read(yaml).documents().forEach(node -> objects.add(new KubeObject(node)));
    List.of(views).forEach(view -> objects.add(view.object()));
    return new Case(objects, List.of(), List.of(), List.of());
  }

  private static Report report(Case known) {
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of())).diagnose(known);
  }

  private static Finding cause(Case known) {
    return report(known).findings().getFirst();
  }

  private static ServerView view(State state, String said) {
    return view(state, said, Optional.of(EVENING));
  }

  private static ServerView view(State state, String said, Optional<Instant> asked) {
    return new ServerView(Server.REGISTRY, IMAGE, state, "", said, asked);
  }

  @Test
  void aRegistryDeniesWhatItDoesNotHave() {
    assertThat(cause(pull(DENIED)).rule()).isEqualTo("pull-unauthorized");
    Finding better = cause(pull(DENIED, view(State.MISSING, "")));
    assertThat(better.rule()).isEqualTo("pull-not-found");
    assertThat(better.evidence())
        .contains(
            "the registry, asked at 2026-01-01T20:00:00Z: it has no quay.example.com/team/tool:1");
  }

  @Test
  void anImageThatThisMachineMayReadLacksTheLoginOfThePod() {
    Finding same = cause(pull(DENIED, view(State.FOUND, "")));
    assertThat(same.rule()).isEqualTo("pull-unauthorized");
    assertThat(same.message()).contains("the pod's does not suffice");
  }

  @Test
  void anImageThatCameLaterIsSaidToBeThere() {
    Finding same = cause(pull(GONE, view(State.FOUND, "")));
    assertThat(same.rule()).isEqualTo("pull-not-found");
    assertThat(same.message()).contains("It was there when the registry was asked");
  }

  @Test
  void whatOtherImagesAreChangesNothing() {
    ServerView other =
        new ServerView(
            Server.REGISTRY, "quay.example.com/team/x:1", State.MISSING, "", "", Optional.empty());
    assertThat(cause(pull(DENIED, other))).isEqualTo(cause(pull(DENIED)));
    assertThat(cause(pull(DENIED, view(State.NOT_ASKED, "no route"))).evidence())
        .contains(
            "the registry was not asked for quay.example.com/team/tool:1 at 2026-01-01T20:00:00Z: no route");
  }

  @Test
  void aBundleHasThem() {
    Case known = pull(DENIED, view(State.MISSING, ""));
    CaseWriter.write(known, folder);
    assertThat(folder.resolve("servers.json")).content().contains("RegistryView");
    assertThat(folder.resolve("objects.json")).content().doesNotContain("RegistryView");
    assertThat(cause(CaseFolder.read(folder))).isEqualTo(cause(known));
  }

  @Test
  void ofSeveralResultsTheNewestCountsWhereverItStands() {
    ServerView missing = view(State.MISSING, "");
    ServerView found = view(State.FOUND, "", Optional.of(EVENING.plusSeconds(3600)));
    for (Case known : List.of(pull(DENIED, missing, found), pull(DENIED, found, missing))) {
      Report report = report(known);
      assertThat(report.findings().getFirst().rule()).isEqualTo("pull-unauthorized");
      assertThat(report.gaps())
          .containsExactly(
              "the registry was asked for quay.example.com/team/tool:1 more than once, with different"
                  + " results: the newest counts, the registry, asked at 2026-01-01T21:00:00Z: it has"
                  + " quay.example.com/team/tool:1");
    }
    assertThat(report(pull(DENIED, missing, missing)).gaps()).isEmpty();
  }

  @Test
  void anOldBundleDoesNotSayNow() {
    Finding old = cause(pull(DENIED, view(State.MISSING, "", Optional.empty())));
    assertThat(old.evidence().toString()).contains("at no known time").doesNotContain("asked now");
  }
}
