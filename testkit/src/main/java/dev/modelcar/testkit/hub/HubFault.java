package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.Fault;

/** What can be wrong with the answers of a hub in particular. */
public sealed interface HubFault extends Fault.OfServer {

  /** {@code resolve} without {@code X-Repo-Commit}. */
  record MissingCommit() implements HubFault {}

  /** {@code resolve} and {@code revision} tell another commit. */
  record WrongCommit(String sha) implements HubFault {}

  /** {@code resolve} of a large file tells another size. */
  record WrongLinkedSize(long size) implements HubFault {}

  /** {@code resolve} of a large file tells another digest. */
  record WrongLinkedEtag(String sha256) implements HubFault {}

  /** The request is redirected to itself. */
  record RedirectLoop() implements HubFault {}

  /** {@code resolve} is redirected to this place: another host, or plain HTTP. */
  record RedirectTo(String location) implements HubFault {}

  /** The CDN finds that the URL has expired. */
  record ExpiredUrl() implements HubFault {}

  /** The tree's next page is said to lie here. */
  record ForeignNextLink(String location) implements HubFault {}

  /** The tree lists one more file, under this path; for paths that lead out of a folder. */
  record ExtraPath(String path) implements HubFault {}

  /** The tree's hashes are masked, as for those who may not read a gated repository. */
  record MaskedHashes() implements HubFault {}

  /** 429 with the hub's own header that says in how many seconds the quota is renewed. */
  record QuotaExhausted(int secondsLeft) implements HubFault {}
}
