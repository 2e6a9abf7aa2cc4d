package dev.modelcar.testkit.registry;

/**
 * How a registry's uploads go.
 *
 * @param location how the place of an upload is told
 * @param state whether that place names the offset it is good for, and what an old one does
 * @param brokenPatch what is left of a PATCH whose sender vanished
 * @param rangeChecked whether {@code Content-Range} is looked at; else whatever comes is appended
 * @param told how the number of bytes held is told
 * @param patchStatus what a PATCH is answered with: 202, or 201
 * @param singlePost whether a POST may carry the whole blob; else its body is ignored
 * @param lateBodyNeedsRange whether a body in the closing PUT after others needs a {@code
 *     Content-Range}
 * @param failedCloseCancels whether an upload is gone after its closing PUT was refused
 * @param refusalTells whether a refusal with 416 tells place and offset, as GET does
 */
public record UploadHabits(
    LocationStyle location,
    StateStyle state,
    BrokenPatch brokenPatch,
    boolean rangeChecked,
    RangeStyle told,
    int patchStatus,
    boolean singlePost,
    boolean lateBodyNeedsRange,
    boolean failedCloseCancels,
    boolean refusalTells) {

  /** How a place is told. */
  public enum LocationStyle {
    ABSOLUTE,
    RELATIVE
  }

  /** What the place of an upload says about its offset. */
  public enum StateStyle {
    /** Nothing: a place stays good. */
    NONE,
    /** PATCH and PUT to an old place are refused with 416; GET tells the true offset. */
    OLD_REFUSED,
    /**
     * Whatever is sent to an old place, even GET, gets 404. The upload goes on at its newest place,
     * which nobody knows any more after a PATCH whose answer was lost.
     */
    OLD_NOT_FOUND
  }

  /** What is left of a PATCH whose sender vanished. */
  public enum BrokenPatch {
    /** What has arrived. */
    KEEPS_BYTES,
    /** What came before this PATCH. */
    LOSES_PATCH,
    /** Nothing, and the upload is gone. */
    LOSES_UPLOAD
  }

  /** How the number of bytes held is told in {@code Range}. */
  public enum RangeStyle {
    /** {@code 0-<last>}; {@code 0-0} for none. */
    LAST_OFFSET,
    /** After a PATCH without {@code Content-Range}, only that PATCH's bytes. */
    OWN_BYTES_ONLY,
    /** After every PATCH, the first one's bytes. */
    FIRST_PATCH_ONLY,
    /** GET says {@code bytes=0-<count>} and no place; POST says {@code bytes=0--1}. */
    COUNT_ON_STATUS
  }

  public static UploadHabits standard() {
    return new UploadHabits(
        LocationStyle.ABSOLUTE,
        StateStyle.NONE,
        BrokenPatch.KEEPS_BYTES,
        true,
        RangeStyle.LAST_OFFSET,
        202,
        true,
        false,
        false,
        true);
  }

  static UploadHabits distribution2() {
    return standard()
        .withState(StateStyle.OLD_NOT_FOUND)
        .withRangeChecked(false)
        .withSinglePost(false)
        .withRefusalTells(false);
  }

  static UploadHabits distribution3() {
    return standard()
        .withState(StateStyle.OLD_REFUSED)
        .withSinglePost(false)
        .withRefusalTells(false);
  }

  static UploadHabits zot() {
    return standard()
        .withLocation(LocationStyle.RELATIVE)
        .withBrokenPatch(BrokenPatch.LOSES_UPLOAD)
        .withTold(RangeStyle.OWN_BYTES_ONLY)
        .withLateBodyNeedsRange(true);
  }

  static UploadHabits quay() {
    return standard()
        .withBrokenPatch(BrokenPatch.LOSES_PATCH)
        .withTold(RangeStyle.COUNT_ON_STATUS)
        .withFailedCloseCancels(true);
  }

  static UploadHabits ecr() {
    return standard()
        .withBrokenPatch(BrokenPatch.LOSES_UPLOAD)
        .withTold(RangeStyle.FIRST_PATCH_ONLY)
        .withPatchStatus(201)
        .withSinglePost(false);
  }

  public UploadHabits withLocation(LocationStyle style) {
    return new UploadHabits(
        style,
        state,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withState(StateStyle style) {
    return new UploadHabits(
        location,
        style,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withBrokenPatch(BrokenPatch left) {
    return new UploadHabits(
        location,
        state,
        left,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withRangeChecked(boolean checked) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        checked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withTold(RangeStyle style) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        style,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withPatchStatus(int status) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        told,
        status,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withSinglePost(boolean possible) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        possible,
        lateBodyNeedsRange,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withLateBodyNeedsRange(boolean needed) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        needed,
        failedCloseCancels,
        refusalTells);
  }

  public UploadHabits withFailedCloseCancels(boolean cancels) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        cancels,
        refusalTells);
  }

  public UploadHabits withRefusalTells(boolean tells) {
    return new UploadHabits(
        location,
        state,
        brokenPatch,
        rangeChecked,
        told,
        patchStatus,
        singlePost,
        lateBodyNeedsRange,
        failedCloseCancels,
        tells);
  }
}
