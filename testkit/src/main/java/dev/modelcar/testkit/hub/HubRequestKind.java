package dev.modelcar.testkit.hub;

/** What a client may ask a hub and its CDN. */
public enum HubRequestKind {
  /** {@code /api/models/{id}[/revision/{rev}]}. */
  REVISION,
  /** {@code /api/models/{id}/tree/{rev}}. */
  TREE,
  PATHS_INFO,
  REFS,
  AUTH_CHECK,
  WHOAMI,
  RESOLVE_HEAD,
  RESOLVE_GET,
  /** Where a small file's {@code resolve} leads. */
  RESOLVE_CACHE,
  /** A file as git holds it: for large ones the pointer. */
  RAW,
  /** Where a large file's {@code resolve} leads, on another host. */
  CDN,
  OTHER
}
