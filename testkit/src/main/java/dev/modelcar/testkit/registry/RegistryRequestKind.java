package dev.modelcar.testkit.registry;

/** What a client may ask a registry and the token server beside it. */
public enum RegistryRequestKind {
  /** {@code GET /v2/}. */
  PING,
  /** A question to the token server. */
  TOKEN,
  BLOB_HEAD,
  BLOB_GET,
  BLOB_DELETE,
  /** POST without {@code mount}. */
  UPLOAD_START,
  UPLOAD_PATCH,
  /** GET of an upload. */
  UPLOAD_STATUS,
  /** PUT of an upload. */
  UPLOAD_CLOSE,
  /** DELETE of an upload. */
  UPLOAD_CANCEL,
  /** POST with {@code mount}. */
  MOUNT,
  MANIFEST_PUT,
  MANIFEST_GET,
  MANIFEST_HEAD,
  MANIFEST_DELETE,
  TAGS,
  REFERRERS,
  OTHER
}
