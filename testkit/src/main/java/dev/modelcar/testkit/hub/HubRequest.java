package dev.modelcar.testkit.hub;

import java.util.Optional;

/**
 * One request that a hub or its CDN has seen.
 *
 * @param host the {@code Host} header
 * @param target path and query as sent
 * @param range the {@code Range} header
 * @param status what was answered; 0 if nothing was
 * @param bytesSent of the answer's body
 * @param hadToken whether an {@code Authorization} header came along
 * @param connection equal for requests over the same connection to the same server
 */
public record HubRequest(
    HubRequestKind kind,
    String method,
    String host,
    String target,
    Optional<String> range,
    int status,
    long bytesSent,
    boolean hadToken,
    long connection) {}
