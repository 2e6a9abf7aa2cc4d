package dev.modelcar.testkit.registry;

import java.util.OptionalLong;

/**
 * What registries do differently although all follow the same specification. Start from one of the
 * named sets, and change what a test is about.
 *
 * @param uploads how uploads go
 * @param limits how much a body may have
 * @param acceptNeeded whether a manifest is found only by who accepts its very media type
 * @param sharedBlobs whether a blob of any repository is found in every other
 * @param mounts whether blobs can be mounted from another repository
 * @param referrers whether the referrers API exists
 * @param deletes whether manifests and blobs can be deleted
 */
public record Habits(
    UploadHabits uploads,
    BodyLimits limits,
    boolean acceptNeeded,
    boolean sharedBlobs,
    boolean mounts,
    boolean referrers,
    boolean deletes) {

  /**
   * How much a body may have.
   *
   * @param chunkMinimum announced as {@code OCI-Chunk-Min-Length}; smaller chunks but the last are
   *     refused
   * @param chunkMaximum larger chunks are refused with 416
   * @param bodyMaximum larger bodies are refused with 413 and a page of HTML, before they are read
   */
  public record BodyLimits(
      OptionalLong chunkMinimum, OptionalLong chunkMaximum, OptionalLong bodyMaximum) {
    static BodyLimits none() {
      return new BodyLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
  }

  /** To the letter of the specification, with everything that is optional. */
  public static Habits standard() {
    return new Habits(UploadHabits.standard(), BodyLimits.none(), false, false, true, true, true);
  }

  /** Docker's registry 2.8: nobody finds the place of a broken upload again. */
  public static Habits distribution2() {
    return new Habits(
        UploadHabits.distribution2(), BodyLimits.none(), true, false, true, false, true);
  }

  /** The CNCF's distribution 3, which OpenShift's registry is built on. */
  public static Habits distribution3() {
    return new Habits(
        UploadHabits.distribution3(), BodyLimits.none(), true, false, true, false, true);
  }

  /** Zot: relative locations, blobs shared by all repositories. */
  public static Habits zot() {
    return new Habits(UploadHabits.zot(), BodyLimits.none(), false, true, true, true, true);
  }

  /** Quay: one PATCH for each blob, or trouble. */
  public static Habits quay() {
    return new Habits(UploadHabits.quay(), BodyLimits.none(), false, false, true, true, true);
  }

  /** Amazon's ECR. */
  public static Habits ecr() {
    return new Habits(UploadHabits.ecr(), BodyLimits.none(), false, false, false, false, true);
  }

  /** GitHub's registry: no chunk above 4 MiB, but a whole blob in one PUT. */
  public static Habits ghcr() {
    return standard().withChunkMaximum(4 << 20).withReferrers(false);
  }

  public Habits withUploads(UploadHabits changed) {
    return new Habits(changed, limits, acceptNeeded, sharedBlobs, mounts, referrers, deletes);
  }

  public Habits withChunkMinimum(long bytes) {
    return withLimits(
        new BodyLimits(OptionalLong.of(bytes), limits.chunkMaximum, limits.bodyMaximum));
  }

  public Habits withChunkMaximum(long bytes) {
    return withLimits(
        new BodyLimits(limits.chunkMinimum, OptionalLong.of(bytes), limits.bodyMaximum));
  }

  public Habits withBodyMaximum(long bytes) {
    return withLimits(
        new BodyLimits(limits.chunkMinimum, limits.chunkMaximum, OptionalLong.of(bytes)));
  }

  private Habits withLimits(BodyLimits changed) {
    return new Habits(uploads, changed, acceptNeeded, sharedBlobs, mounts, referrers, deletes);
  }

  public Habits withAcceptNeeded(boolean needed) {
    return new Habits(uploads, limits, needed, sharedBlobs, mounts, referrers, deletes);
  }

  public Habits withSharedBlobs(boolean shared) {
    return new Habits(uploads, limits, acceptNeeded, shared, mounts, referrers, deletes);
  }

  public Habits withMounts(boolean possible) {
    return new Habits(uploads, limits, acceptNeeded, sharedBlobs, possible, referrers, deletes);
  }

  public Habits withReferrers(boolean supported) {
    return new Habits(uploads, limits, acceptNeeded, sharedBlobs, mounts, supported, deletes);
  }

  public Habits withDeletes(boolean allowed) {
    return new Habits(uploads, limits, acceptNeeded, sharedBlobs, mounts, referrers, allowed);
  }
}
