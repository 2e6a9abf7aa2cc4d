package dev.modelcar.kubernetes.serving;

/**
 * A request to a model server.
 *
 * @param pod that was sent it; empty if the cluster chose one
 * @param via {@code port-forward}, {@code service} or {@code url}
 * @param request such as {@code GET /v1/models}
 * @param detail what came of it
 */
public record SmokeCheck(
    String pod, String via, String request, boolean passed, String detail, double seconds) {}
