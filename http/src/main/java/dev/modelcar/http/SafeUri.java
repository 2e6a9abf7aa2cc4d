package dev.modelcar.http;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Addresses as they may be shown: scheme, host and path. Queries carry signatures and upload
 * states, and user information carries passwords, so neither is shown.
 */
public final class SafeUri {
  private static final Pattern PASSWORD = Pattern.compile("(://[^/\\s:@]*):[^/\\s@]+@");

  /** As it is written before a host without a scheme; a digest is no host. */
  private static final Pattern BARE_PASSWORD =
      Pattern.compile(
          "(?<![\\w/@:.+-])([^/\\s:@\"'=(]+):[^/\\s@\"']+@(?!sha(?:256|512):)(?=[\\w\\[])");

  /** A token in the place of a user. */
  private static final Pattern TOKEN = Pattern.compile("://[^/\\s:@]{20,}@");

  private static final Pattern SIGNATURE =
      Pattern.compile(
          "([?&][\\w.%-]*(?:sig|token|secret|passw|credential|key|auth|jwt)[\\w.%-]*=)[^&\\s\"'#]+",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern QUERY = Pattern.compile("\\?[^\\s\"']+");

  private SafeUri() {}

  /**
   * A text that may quote addresses, with or without a scheme, without the passwords in them and
   * without the values of those parts of queries whose names are those of secrets.
   */
  public static String withoutPasswords(String text) {
    String clean = text;
    if (text.indexOf('@') >= 0) {
      clean = PASSWORD.matcher(clean).replaceAll("$1:***@");
      clean = TOKEN.matcher(clean).replaceAll("://***@");
      clean = BARE_PASSWORD.matcher(clean).replaceAll("$1:***@");
    }
    return text.indexOf('=') < 0 ? clean : SIGNATURE.matcher(clean).replaceAll("$1***");
  }

  /** What somebody gave as an address though it is none: also without any query. */
  public static String quoted(String given) {
    return QUERY.matcher(withoutPasswords(given)).replaceAll("?…");
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
