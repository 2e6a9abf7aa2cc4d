package dev.modelcar.testkit.registry;

import java.util.Optional;

/**
 * One request that a registry has seen.
 *
 * @param target path and query as sent
 * @param repository empty where none is meant
 * @param contentRange the {@code Content-Range} header
 * @param range the {@code Range} header
 * @param contentLength of the request's body; -1 if it came in chunks
 * @param bytesReceived of the request's body
 * @param status what was answered; 0 if nothing was
 * @param bytesSent of the answer's body
 * @param authorization the scheme of the {@code Authorization} header, never its secret
 * @param connection equal for requests over the same connection
 */
public record RegistryRequest(
    RegistryRequestKind kind,
    String method,
    String target,
    String repository,
    Optional<String> contentRange,
    Optional<String> range,
    long contentLength,
    long bytesReceived,
    int status,
    long bytesSent,
    Optional<String> authorization,
    long connection) {}
