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
      "Write a folder, or hf://ORG/NAME with an optional @REVISION (hf://ORG/NAME@v1.0)."),
  SOURCE_NOT_FOUND(NOT_FOUND, false, "Check the path of the model folder."),
  SOURCE_NOT_A_FOLDER(REFUSED, false, "Name the folder that holds the model's files."),
  SOURCE_EMPTY(REFUSED, false, "Name the folder that holds config.json and the weights."),
  SOURCE_UNREADABLE(
      REFUSED,
      false,
      "Give the user that runs modelcar read permission on the file and its folders."),
  SOURCE_LINK_BROKEN(
      REFUSED,
      false,
      "Restore the file that the link points to, or leave the link out with --exclude."),
  SOURCE_LINK_LOOP(REFUSED, false, "Remove the link that points back to itself."),
  SOURCE_SPECIAL_FILE(
      REFUSED,
      false,
      "Only files, folders and links belong in a model; remove it or use --exclude."),
  SOURCE_PATH_UNSAFE(
      REFUSED, false, "Rename the file; names in an image are plain relative paths in UTF-8."),
  SOURCE_CHANGED(
      REFUSED,
      true,
      "Let nothing write to the folder while it is shipped, then run the same command."),
  HUB_REPOSITORY_NOT_FOUND(
      NOT_FOUND, false, "Check the spelling; a private repository needs a token that may read it."),
  HUB_REPOSITORY_HIDDEN(
      UNAUTHORIZED,
      false,
      "The repository does not exist, is private, or is gated: set HF_TOKEN to a token that may read it."),
  HUB_REVISION_NOT_FOUND(NOT_FOUND, false, "Name a branch, a tag or a full 40-digit commit."),
  HUB_ENTRY_NOT_FOUND(
      NOT_FOUND, true, "The revision may have changed; run the same command again."),
  HUB_GATED(
      UNAUTHORIZED,
      false,
      "Accept the terms on the model's page with your account, then set HF_TOKEN to its token."),
  HUB_TOKEN_INVALID(
      UNAUTHORIZED, false, "Create a new token in your Hugging Face settings and set HF_TOKEN."),
  HUB_TOKEN_FORBIDDEN(
      UNAUTHORIZED,
      false,
      "Give the token read permission for this repository, or use another token."),
  HUB_DISABLED(REFUSED, false, "The Hub has switched this repository off; ask its owners."),
  HUB_HASHES_MASKED(
      UNAUTHORIZED,
      false,
      "The Hub hides digests from readers without access: accept the model's terms and set HF_TOKEN."),
  HUB_RATE_LIMITED(REMOTE, true, "Set HF_TOKEN for a larger quota, or try again later."),
  HUB_UNAVAILABLE(REMOTE, true, "Run the same command again; what has arrived is kept."),
  HUB_PROTOCOL(
      REMOTE, false, "Check HF_ENDPOINT and any proxy in between: the answer is not the Hub's."),
  HUB_OFFLINE(
      NOT_FOUND,
      false,
      "HF_HUB_OFFLINE is set and the cache does not hold the revision: unset it, or fill the cache.");

  private final ErrorSpec spec;

  SourceError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
