package dev.modelcar.kubernetes.tekton;

/** Which group the volumes of a run are given to, so that tasks may write on new ones. */
public sealed interface VolumeGroup {

  /**
   * That of the tool's image where the run has a volume, and the cluster's own where it has rules
   * for that, as OpenShift does.
   */
  record Usual() implements VolumeGroup {}

  /** None: they stay as they are. */
  record None() implements VolumeGroup {}

  /** A group by its number. */
  record Gid(long gid) implements VolumeGroup {
    /** The user of the tool's image, in a group of the same number. */
    public static final Gid OF_THE_IMAGE = new Gid(65532);
  }
}
