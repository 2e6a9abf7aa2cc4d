package dev.modelcar.kubernetes.serving;

import java.util.Arrays;
import java.util.Optional;

/** How KServe brings the files of an image to the server. */
public enum DeployMode {
  /** A container of the image beside the server; the image needs a shell. */
  MODELCAR("modelcar", "oci+modelcar://"),
  /** A volume of the image, by Kubernetes itself. */
  NATIVE("native", "oci+native://"),
  /** A download by KServe, from its version 0.21 on; never chosen by itself. */
  FETCH("fetch", "oci+fetch://");

  private final String id;
  private final String scheme;

  DeployMode(String id, String scheme) {
    this.id = id;
    this.scheme = scheme;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }

  public static Optional<DeployMode> ofId(String id) {
    return Arrays.stream(values()).filter(mode -> mode.id.equals(id)).findFirst();
  }

  /**
   * The address of an image.
   *
   * @param usual whether this is what KServe does with a plain {@code oci://}, which every version
   *     of it knows
   */
  String uri(String image, boolean usual) {
    return (usual ? "oci://" : scheme) + image;
  }
}
