package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.server.Call;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request to a registry is about.
 *
 * @param repository empty where none is meant
 * @param reference a digest, a tag or an upload; empty where none is meant
 */
record RegistryRoute(RegistryRequestKind kind, String repository, String reference) {
  private static final Pattern PATH =
      Pattern.compile(
          "/v2/(?<name>.+?)/(?<what>blobs/uploads|blobs|manifests|tags|referrers)"
              + "/(?<reference>[^/]*)");

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

  static RegistryRoute of(Call call) {
    if (call.path().equals("/v2/") || call.path().equals("/v2")) {
      return new RegistryRoute(RegistryRequestKind.PING, "", "");
    }
    Matcher matcher = PATH.matcher(call.path());
    if (!matcher.matches() || !NAME.matcher(matcher.group("name")).matches()) {
      return new RegistryRoute(RegistryRequestKind.OTHER, "", "");
    }
    String reference =
        URLDecoder.decode(matcher.group("reference").replace("+", "%2B"), StandardCharsets.UTF_8);
    RegistryRequestKind kind =
        switch (matcher.group("what")) {
          case "blobs/uploads" -> upload(call, reference);
          case "blobs" -> blob(call.method());
          case "manifests" -> manifest(call.method());
          case "tags" ->
              reference.equals("list") ? RegistryRequestKind.TAGS : RegistryRequestKind.OTHER;
          default -> RegistryRequestKind.REFERRERS;
        };
    return new RegistryRoute(kind, matcher.group("name"), reference);
  }

  private static RegistryRequestKind upload(Call call, String reference) {
    if (reference.isEmpty()) {
      boolean mount = call.query("mount").isPresent();
      return switch (call.method()) {
        case "POST" -> mount ? RegistryRequestKind.MOUNT : RegistryRequestKind.UPLOAD_START;
        default -> RegistryRequestKind.OTHER;
      };
    }
    return switch (call.method()) {
      case "PATCH" -> RegistryRequestKind.UPLOAD_PATCH;
      case "PUT" -> RegistryRequestKind.UPLOAD_CLOSE;
      case "GET", "HEAD" -> RegistryRequestKind.UPLOAD_STATUS;
      case "DELETE" -> RegistryRequestKind.UPLOAD_CANCEL;
      default -> RegistryRequestKind.OTHER;
    };
  }

  private static RegistryRequestKind blob(String method) {
    return switch (method) {
      case "GET" -> RegistryRequestKind.BLOB_GET;
      case "HEAD" -> RegistryRequestKind.BLOB_HEAD;
      case "DELETE" -> RegistryRequestKind.BLOB_DELETE;
      default -> RegistryRequestKind.OTHER;
    };
  }

  private static RegistryRequestKind manifest(String method) {
    return switch (method) {
      case "GET" -> RegistryRequestKind.MANIFEST_GET;
      case "HEAD" -> RegistryRequestKind.MANIFEST_HEAD;
      case "PUT" -> RegistryRequestKind.MANIFEST_PUT;
      case "DELETE" -> RegistryRequestKind.MANIFEST_DELETE;
      default -> RegistryRequestKind.OTHER;
    };
  }

  /** What a token must allow for this request. */
  List<Scope> scopes(Optional<String> mountedFrom) {
    List<Scope> scopes = new ArrayList<>();
    switch (kind) {
      case PING, TOKEN, OTHER -> {}
      case BLOB_HEAD, BLOB_GET, MANIFEST_GET, MANIFEST_HEAD, TAGS, REFERRERS ->
          scopes.add(Scope.repository(repository, "pull"));
      case UPLOAD_START, UPLOAD_PATCH, UPLOAD_STATUS, UPLOAD_CLOSE, MOUNT, MANIFEST_PUT ->
          scopes.add(Scope.repository(repository, "pull", "push"));
      case UPLOAD_CANCEL, BLOB_DELETE, MANIFEST_DELETE ->
          scopes.add(Scope.repository(repository, "delete"));
    }
    mountedFrom.ifPresent(from -> scopes.add(Scope.repository(from, "pull")));
    return scopes;
  }
}
