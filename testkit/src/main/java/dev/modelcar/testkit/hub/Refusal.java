package dev.modelcar.testkit.hub;

import java.util.Optional;

/**
 * Why a request gets nothing.
 *
 * @param code what {@code X-Error-Code} says, where the hub says anything
 * @param commit what {@code X-Repo-Commit} says, once the revision is known
 */
record Refusal(int status, Optional<String> code, String message, Optional<String> commit) {

  static Refusal withoutCode(int status, String message) {
    return new Refusal(status, Optional.empty(), message, Optional.empty());
  }

  static Refusal withCode(int status, String code, String message) {
    return new Refusal(status, Optional.of(code), message, Optional.empty());
  }

  static Refusal noRepository() {
    return withCode(404, "RepoNotFound", "Repository not found");
  }

  static Refusal noRevision(String revision) {
    return withCode(404, "RevisionNotFound", "Invalid rev id: " + revision);
  }

  static Refusal noEntry(String commit) {
    return new Refusal(404, Optional.of("EntryNotFound"), "Entry not found", Optional.of(commit));
  }
}
