package dev.modelcar.kubernetes.serving;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be served, and how.
 *
 * @param kind of the object that serves it
 * @param name of the object
 * @param image pinned: {@code HOST/REPOSITORY@sha256:…}
 * @param mode empty: what the cluster supports
 * @param format of the model, by which KServe selects a runtime, such as {@code vLLM}
 * @param runtime a ServingRuntime or ClusterServingRuntime; empty: KServe selects one
 * @param server of a plain Deployment
 * @param arguments added to the runtime's own
 * @param requests of the server, such as {@code nvidia.com/gpu} to {@code 1}
 * @param limits of the server
 * @param pullSecret for the image
 * @param nodeSelector labels that the nodes of the pods must have
 * @param labels and annotations of the object; with KServe, a later change restarts its pods
 */
public record DeploySpec(
    ServedKind kind,
    String name,
    String image,
    Optional<DeployMode> mode,
    String format,
    Optional<String> runtime,
    Server server,
    List<String> arguments,
    Map<String, String> requests,
    Map<String, String> limits,
    Optional<String> pullSecret,
    Optional<String> serviceAccount,
    Map<String, String> nodeSelector,
    Map<String, String> labels,
    Map<String, String> annotations) {

  /** The digest of the image. */
  public String digest() {
    return image.substring(image.indexOf('@') + 1);
  }
}
