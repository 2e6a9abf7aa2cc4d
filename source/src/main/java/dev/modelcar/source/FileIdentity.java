package dev.modelcar.source;

/**
 * Identifies an unchanged local file.
 *
 * @param absolutePath of the file itself, links resolved
 * @param size in bytes
 * @param modifiedNanos since 1970
 * @param key the file system's own, such as device and inode; empty where it has none
 */
public record FileIdentity(String absolutePath, long size, long modifiedNanos, String key) {}
