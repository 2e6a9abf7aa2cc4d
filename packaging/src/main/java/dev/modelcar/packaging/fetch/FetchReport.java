package dev.modelcar.packaging.fetch;

import java.time.Duration;

/**
 * What a fetch did.
 *
 * @param files that the folder has now
 * @param bytesMoved that came over the network
 * @param bytesReused that were there already
 */
public record FetchReport(int files, long bytesMoved, long bytesReused, Duration duration) {}
