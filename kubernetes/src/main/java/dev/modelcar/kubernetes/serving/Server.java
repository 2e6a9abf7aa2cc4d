package dev.modelcar.kubernetes.serving;

import java.util.List;

/**
 * The server of a plain Deployment. It finds the model at {@code /mnt/models}, and listens on port
 * 8080.
 *
 * @param image of the server
 * @param command empty: the image's own
 * @param health path that is OK as soon as the model is served
 */
public record Server(String image, List<String> command, String health) {
  /** Its image is of the newest release that models are sized for. */
  public static Server vllm(String version, String name) {
    return new Server(
        "docker.io/vllm/vllm-openai:v%s.0".formatted(version),
        List.of("vllm", "serve", "/mnt/models", "--port=8080", "--served-model-name=" + name),
        "/health");
  }
}
