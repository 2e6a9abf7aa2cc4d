package dev.modelcar.http;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Addresses as they may be shown: scheme, host and path. Queries carry signatures and upload
 * states, and user information carries passwords, so neither is shown.
 */
public final class SafeUri {
  private static final Pattern PASSWORD = Pattern.compile("(://[^/\\s:@]*):[^/\\s@]+@");

  private SafeUri() {}

  /** A text that may quote URLs, without the passwords in them. */
  public static String withoutPasswords(String text) {
    return PASSWORD.matcher(text).replaceAll("$1:***@");
  }

  /** {@code https://host:port/path}; the last part of an upload session's path is left out. */
  public static String of(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    int uploads = path.indexOf("/blobs/uploads/");
    if (uploads >= 0) {
      path = path.substring(0, uploads) + "/blobs/uploads/…";
    }
    return uri.getScheme() + "://" + authority(uri) + path;
  }

  /** {@code host} or {@code host:port}, without user information. */
  public static String authority(URI uri) {
    String host = uri.getHost() == null ? "?" : uri.getHost();
    return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
  }
}
