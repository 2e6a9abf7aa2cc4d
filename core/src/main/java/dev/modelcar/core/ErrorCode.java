package dev.modelcar.core;

import static dev.modelcar.core.ErrorCategory.INTERNAL;
import static dev.modelcar.core.ErrorCategory.INTERRUPTED;
import static dev.modelcar.core.ErrorCategory.NOT_FOUND;
import static dev.modelcar.core.ErrorCategory.PARTLY;
import static dev.modelcar.core.ErrorCategory.REFUSED;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.UNAUTHORIZED;
import static dev.modelcar.core.ErrorCategory.USAGE;
import static dev.modelcar.core.ErrorCategory.VERIFICATION;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every failure that a user can meet, with a stable id, the kind of failure it is, whether the same
 * command may succeed later without any change, and what to do about it.
 *
 * <p>Ids never change and are never reused; scripts may match on them.
 */
public enum ErrorCode {
  // The command line.
  USAGE_INVALID(USAGE, false, "See `modelcar help` or `modelcar COMMAND --help`."),

  // Sources.
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
  SOURCE_CASE_COLLISION(
      REFUSED, false, "Rename one of the files: they become one file where case is ignored."),
  SOURCE_LFS_POINTER(
      REFUSED,
      false,
      "The folder holds Git LFS pointers, not the weights: run `git lfs pull` in it."),
  SOURCE_CHANGED(
      REFUSED,
      true,
      "Let nothing write to the folder while it is shipped, then run the same command."),

  // Selection and weights.
  SELECTION_EMPTY(
      REFUSED, false, "Widen --include, or drop --exclude; `modelcar plan` shows the list."),
  SELECTION_PICKLE_REFUSED(
      REFUSED,
      false,
      "Convert the weights to safetensors; if you trust their author, add --allow-pickle."),
  WEIGHTS_SHARD_MISSING(
      REFUSED, false, "Download the missing shard, or repair the index file that names it."),
  WEIGHTS_INVALID(
      REFUSED,
      false,
      "The file is damaged or incomplete: download it again from where it came from."),
  PLAN_OVER_LIMIT(
      REFUSED,
      false,
      "Ship to a registry that takes it, raise the registry's limit, or split the file upstream."),

  // Hugging Face.
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
      "HF_HUB_OFFLINE is set and the cache does not hold the revision: unset it, or fill the cache."),
  CONTENT_MISMATCH(
      VERIFICATION,
      true,
      "The bytes differ from their digest each time: report it to the model's host."),

  // Targets.
  TARGET_INVALID(
      REFUSED,
      false,
      "Write HOST[:PORT]/REPOSITORY[:TAG], oci:FOLDER[:TAG] or oci-archive:FILE[:TAG]."),
  TARGET_IS_DIGEST(
      REFUSED, false, "A digest is the outcome of a shipment: name a tag, or nothing for :latest."),
  TARGET_EXISTS(REFUSED, false, "Name another path, or remove what is there."),
  TARGET_NOT_WRITABLE(
      REFUSED, false, "Give the user that runs modelcar write permission, or name another place."),
  DISK_FULL(REMOTE, true, "Free space on the disk, then run the same command."),
  DISK_FAILED(REMOTE, true, "Check the disk and its permissions, then run the same command."),
  IMAGE_INVALID(REFUSED, false, "It is not an image that this command can read."),
  IMAGE_NOT_FOUND(NOT_FOUND, false, "Check the repository and the tag."),
  BASE_INVALID(
      REFUSED, false, "Use --base with an image of your platform, oci:FOLDER, dir:ROOTFS or none."),

  // Registries.
  REGISTRY_UNAUTHORIZED(
      UNAUTHORIZED,
      false,
      "Log in with `modelcar login HOST`, or point REGISTRY_AUTH_FILE to an auth file."),
  REGISTRY_DENIED(
      UNAUTHORIZED,
      false,
      "The login works, but may not do this: ask for push permission on the repository, or create it."),
  REGISTRY_REPOSITORY_NOT_FOUND(
      NOT_FOUND,
      false,
      "Check its name, or create it (its project, its owner) in the registry first."),
  REGISTRY_TOO_LARGE(
      REFUSED,
      false,
      "A proxy or the registry limits the size of an upload: raise client_max_body_size or the registry's"
          + " layer limit."),
  REGISTRY_RATE_LIMITED(REMOTE, true, "Try again later, or lower --parallel."),
  REGISTRY_UNAVAILABLE(REMOTE, true, "Run the same command again; what has arrived is kept."),
  REGISTRY_PROTOCOL(
      REMOTE,
      false,
      "Check the host name and any proxy in between: the answer is not a registry's."),
  REGISTRY_REFUSED(
      REMOTE, false, "The registry gives its reason above; its administrator may know more."),
  REGISTRY_UPLOAD_LOST(
      REMOTE,
      true,
      "The registry forgets uploads: several replicas without a shared secret or storage do that."),
  REGISTRY_CONTENT_MISMATCH(
      VERIFICATION,
      true,
      "What the registry holds is not what was sent: run `modelcar verify --deep`, ask its administrator."),
  CREDENTIALS_INVALID(
      UNAUTHORIZED, false, "Repair the auth file, or log in again with `modelcar login`."),
  CREDENTIAL_HELPER_FAILED(
      UNAUTHORIZED, true, "Run the credential helper by hand to see why, or log in again."),

  // The network.
  NETWORK_UNKNOWN_HOST(
      REMOTE, false, "Check the host name, the DNS settings and the proxy variables."),
  NETWORK_UNREACHABLE(
      REMOTE, true, "Check that the server runs and that no firewall is in between."),
  NETWORK_STALLED(REMOTE, true, "The connection stayed silent; run the same command again."),
  NETWORK_BROKEN(
      REMOTE, true, "Connections break; run the same command again, what has arrived is kept."),
  NETWORK_PROXY(
      REMOTE, false, "Check HTTPS_PROXY, HTTP_PROXY, NO_PROXY and the proxy's credentials."),
  TLS_UNTRUSTED(
      REMOTE,
      false,
      "Name the certificate authority with --ca-file or SSL_CERT_FILE, or put it into certs.d; one that"
          + " has expired must be renewed."),
  TLS_PLAIN_HTTP(
      REMOTE, false, "The server speaks plain HTTP: if that is what you want, add --plain-http."),
  REDIRECT_REFUSED(REMOTE, false, "The server redirects in a way that is not safe to follow."),

  // Clusters.
  CLUSTER_UNREACHABLE(
      REMOTE, true, "Check KUBECONFIG, and whether `kubectl get pods` works with it."),
  CLUSTER_FORBIDDEN(
      UNAUTHORIZED, false, "Ask for the right to create and watch PipelineRuns in the namespace."),
  CLUSTER_OBJECT_NOT_FOUND(
      NOT_FOUND, false, "Apply what `modelcar render` writes first, or name another namespace."),
  CLUSTER_REFUSED(REFUSED, false, "The cluster gives its reason above; nothing was started."),
  RUN_FAILED(
      REMOTE,
      true,
      "Its log says why; `modelcar run --resume NAME` goes on with what has arrived."),

  // Outcomes.
  VERIFICATION_FAILED(
      VERIFICATION, false, "Ship the model again; nothing that is right is sent twice."),
  PARTS_MISSING(
      NOT_FOUND,
      true,
      "Ship the parts that are missing (`modelcar ship --part I/N`) from the same revision, then seal again."),
  TARGETS_PARTLY_FAILED(
      PARTLY,
      true,
      "Run the same command again: targets that have the image are left as they are."),
  STOPPED(INTERRUPTED, true, "Run the same command again: what has arrived is not sent again."),
  UNEXPECTED(
      INTERNAL, false, "This is a bug in modelcar: please report it with the output of --verbose.");

  private final ErrorCategory category;
  private final boolean retryHelps;
  private final String hint;

  ErrorCode(ErrorCategory category, boolean retryHelps, String hint) {
    this.category = category;
    this.retryHelps = retryHelps;
    this.hint = hint;
  }

  /** The stable id, such as {@code hub-gated}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public ErrorCategory category() {
    return category;
  }

  /** Whether the same command may succeed later although nothing was changed. */
  public boolean retryHelps() {
    return retryHelps;
  }

  /** What to do, in one sentence. */
  public String hint() {
    return hint;
  }

  /** The code with this id, if there is one. */
  public static Optional<ErrorCode> ofId(String id) {
    return Arrays.stream(values()).filter(code -> code.id().equals(id)).findFirst();
  }
}
