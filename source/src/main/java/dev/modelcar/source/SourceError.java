package dev.modelcar.source;

import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.REFUSED;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.UNAUTHORIZED;

import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ErrorSpec;

/** Failures of folders and of the Hub. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum SourceError implements ErrorCode {
  SOURCE_REFERENCE_INVALID(
      REFUSED,
      false,
      "Use the path of a folder, or hf://ORG/NAME with an optional @REVISION (hf://ORG/NAME@v1.0)."),
  SOURCE_NOT_FOUND(NOT_FOUND, false, "Check the path of the model folder."),
  SOURCE_NOT_A_FOLDER(REFUSED, false, "Name the folder that contains the model's files."),
  SOURCE_EMPTY(REFUSED, false, "Name the folder that contains config.json and the weights."),
  SOURCE_UNREADABLE(
      REFUSED,
      false,
      "Grant the user that runs modelcar read access to the file and its parent folders."),
  SOURCE_LINK_BROKEN(
      REFUSED, false, "Restore the target of the link, or skip the link with --exclude."),
  SOURCE_LINK_LOOP(REFUSED, false, "Remove the link that points back to itself."),
  SOURCE_SPECIAL_FILE(
      REFUSED,
      false,
      "Remove it, or skip it with --exclude; a model consists of files, folders and links."),
  SOURCE_PATH_UNSAFE(
      REFUSED, false, "Rename the file; paths in an image are plain, relative and in UTF-8."),
  SOURCE_LINK_LEAVES(
      REFUSED,
      false,
      "Add --follow-links if the link is yours, or skip it with --exclude; links within the folder are followed."),
  SOURCE_INCOMPLETE(
      REFUSED,
      false,
      "Finish the download (`hf download` fetches only what is missing), leave the files out with --exclude, or ship what is there with --allow-partial, without the revision."),
  SOURCE_CHANGED(
      REFUSED,
      true,
      "Make sure that nothing writes to the folder while it is shipped, then run the same command."),
  HUB_REPOSITORY_NOT_FOUND(
      NOT_FOUND, false, "Check the spelling. A private repository needs a token with read access."),
  HUB_REPOSITORY_HIDDEN(
      UNAUTHORIZED,
      false,
      "Check the spelling. If the repository is private or gated, set HF_TOKEN to a token with read access."),
  HUB_REVISION_NOT_FOUND(NOT_FOUND, false, "Name a branch, a tag or a full 40-digit commit."),
  HUB_ENTRY_NOT_FOUND(
      NOT_FOUND, true, "The revision may have changed; run the same command again."),
  HUB_GATED(
      UNAUTHORIZED,
      false,
      "Accept the terms on the model's page, then set HF_TOKEN to a token of the same account."),
  HUB_TOKEN_INVALID(
      UNAUTHORIZED, false, "Create a new token in your Hugging Face settings and set HF_TOKEN."),
  HUB_TOKEN_FORBIDDEN(
      UNAUTHORIZED, false, "Grant the token read access to this repository, or use another token."),
  HUB_DISABLED(REFUSED, false, "The Hub has disabled this repository; ask its owners."),
  HUB_HASHES_MASKED(
      UNAUTHORIZED,
      false,
      "Accept the model's terms and set HF_TOKEN; the Hub hides digests from readers without access."),
  HUB_RATE_LIMITED(REMOTE, true, "Set HF_TOKEN for a higher rate limit, or try again later."),
  HUB_UNAVAILABLE(REMOTE, true, "Run the same command again; a shipment goes on where it stopped."),
  HUB_PROTOCOL(
      REMOTE,
      false,
      "Check HF_ENDPOINT and any proxy in between; the response does not come from the Hub."),
  HUB_OFFLINE(
      NOT_FOUND, false, "Unset HF_HUB_OFFLINE, or download the revision into the cache first.");

  private final ErrorSpec spec;

  SourceError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
