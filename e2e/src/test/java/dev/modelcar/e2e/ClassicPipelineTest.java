package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classic pipeline: what its volume must hold, and what it must never ship. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClassicPipelineTest {
  private static final int SHARDS = 8;
  private static final long SHARD = 64L << 20;
  private static final GeneratedModel MODEL = GeneratedModel.llama(31, SHARDS, SHARD);
  private static final int RUN_FAILED = 6;

  private final Set<String> digests = new HashSet<>();
  private Pipelines pipelines;

  @BeforeAll
  void prepare(Pipelines given) {
    pipelines = given;
    MODEL.hashAll();
    pipelines.hub().add("team/model", MODEL);
  }

  private ChildProcess run(
      String volume, String repository, String image, FakeRegistry quay, String... more)
      throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "-p", "hf_repo=" + repository,
                "-p", "image=" + image,
                "-p", "quay_host=" + pipelines.place(quay),
                "-p", "quay_org=team",
                "-p", "quay_repo=model",
                "-w", "source=pvc:" + volume));
    words.addAll(List.of("-p", "hf-endpoint=" + pipelines.hub().endpoint()));
    words.addAll(List.of(more));
    if (!String.join(" ", more).contains("base=")) {
      words.addAll(List.of("-p", "base=none"));
    }
    return pipelines.runAsIs("modelcar-build-push-pipeline", words.toArray(String[]::new));
  }

  /** How much of its disk a volume takes at most while a run is at work, in bytes. */
  private long peak(ChildProcess run, String claim) throws IOException {
    Path volume = pipelines.awaitVolume(claim);
    long peak = 0;
    while (run.isAlive()) {
      peak = Math.max(peak, used(volume));
      // Nothing tells of a peak: it is looked for as often as the machine can bear.
      run.await(Duration.ofMillis(100));
    }
    return peak;
  }

  /**
   * Whatever was written last is looked at first: a file that grows while the others are looked at,
   * and one that is freed for it, would otherwise both be counted though they never were there
   * together. Files that come and go meanwhile are no failure of du.
   */
  private long used(Path volume) throws IOException {
    String look =
        "find '"
            + volume
            + "' -type f -printf '%T@ %p\\n' 2>/dev/null | sort --reverse --numeric-sort"
            + " | cut --delimiter=' ' --fields=2- | tr '\\n' '\\0'"
            + " | du --block-size=1 --total --files0-from=- || :";
    return Programs.run(pipelines.folder(), "sh", "-c", look)
        .lines()
        .filter(line -> line.matches("\\d+\\s+total"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+", 2)[0]))
        .max()
        .orElse(0);
  }

  @ParameterizedTest
  @CsvSource({"oci, false, 1.05", "oci-archive, false, 2.05", "oci-archive, true, 1.16"})
  void needsNoMoreOfItsVolumeThanItSays(String format, boolean consume, double most)
      throws IOException {
    String claim = "volume-" + format + "-" + consume;
    pipelines.claim(claim);
    String image = pipelines.place(pipelines.registry()) + "/volume/model:" + format + consume;
    try (FakeRegistry quay = Pipelines.sink();
        ChildProcess run =
            run(
                claim,
                "team/model",
                image,
                quay,
                "-p",
                "format=" + format,
                "-p",
                "consume=" + consume)) {
      double ratio = (double) peak(run, claim) / MODEL.totalBytes();
      String output = Pipelines.outputOf(run);
      // One eighth is the largest file; less than one would mean that nobody looked.
      assertThat(ratio).isBetween(consume ? 1.0 : most - 0.06, most);
      String digest = Pipelines.result(output, "image-digest");
      assertThat(Pipelines.result(output, "image-ref"))
          .isEqualTo(image.replaceFirst(":[^:/]+$", "") + "@" + digest);
      assertThat(Pipelines.result(output, "quay-image-ref"))
          .isEqualTo(pipelines.place(quay) + "/team/model@" + digest);
      assertThat(quay.manifest("team/model", "latest").orElseThrow().digest()).isEqualTo(digest);
      assertThat(output)
          .contains(
              "[report-quay]   " + pipelines.place(quay) + "/team/model:latest: has " + digest);
      assertThat(Long.parseLong(Pipelines.result(output, "quay-bytes-moved")))
          .isGreaterThan(MODEL.totalBytes());
      digests.add(digest);
      assertThat(digests).as("however it is built").hasSize(1);
    }
    pipelines.delete("pvc/" + claim);
  }

  @Test
  void shipsNothingThatAnEarlierRunHasLeft() throws IOException {
    pipelines.claim("shared");
    pipelines.hub().add("team/changing", GeneratedModel.llama(32, 4, 8 << 20));
    String image = pipelines.place(pipelines.registry()) + "/stale/model";
    try (FakeRegistry quay = Pipelines.sink()) {
      String first = ship("team/changing", image + ":first", quay);
      // Fewer files than before, so that some of the old ones are nobody's.
      pipelines.hub().add("team/changing", GeneratedModel.llama(33, 2, 8 << 20));
      String second = ship("team/changing", image + ":second", quay);
      assertThat(second).isNotEqualTo(first);
      isTheModel("team/changing", image + ":second");

      pipelines.hub().add("team/other", GeneratedModel.llama(34, 3, 8 << 20));
      String third = ship("team/other", image + ":third", quay);
      isTheModel("team/other", image + ":third");

      // What cannot be built is not pushed, and neither is what was built before.
      try (ChildProcess run =
          run(
              "shared",
              "team/changing",
              image + ":fourth",
              quay,
              "-p",
              "base=" + pipelines.place(pipelines.registry()) + "/absent/base:1",
              // It would say so before anything is downloaded.
              "-p",
              "preflight=false")) {
        String output = Pipelines.outputOf(run, RUN_FAILED);
        assertThat(output).contains("[report]   build-image: Failed (StepFailed)");
        assertThat(output).contains("[report]   push-to-internal: did not run");
      }
      pushFails(image + ":fourth");
      assertThat(quay.manifest("team/model", "latest").orElseThrow().digest()).isEqualTo(third);
    }
    pipelines.delete("pvc/shared");
  }

  private String ship(String repository, String image, FakeRegistry quay) throws IOException {
    try (ChildProcess run = run("shared", repository, image, quay)) {
      return Pipelines.result(Pipelines.outputOf(run), "image-digest");
    }
  }

  /** Compares the files in an image with those of the model, whichever were packed. */
  private void isTheModel(String repository, String image) throws IOException {
    pipelines
        .modelcarHere()
        .run("verify", "--plain-http", image, "--against", "hf://" + repository);
  }

  /** Somebody who starts the push alone, after the build has failed. */
  private void pushFails(String image) throws IOException {
    pipelines.create(
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: push-alone
        spec:
          serviceAccountName: modelcar
          taskRef:
            name: push-to-internal
          params:
            - name: IMAGE
              value: %s
            - name: plain-http
              value: "true"
          workspaces:
            - name: source
              persistentVolumeClaim:
                claimName: shared
        """
            .formatted(image));
    pipelines.await("condition=Succeeded=false", "taskrun/push-alone");
    String pod = pipelines.field("taskrun/push-alone", ".status.podName");
    assertThat(pipelines.cluster().kubectl("-n", pipelines.namespace(), "logs", pod))
        .contains("error id: ");
  }
}
