package dev.modelcar.testkit.hub;

import java.util.Optional;
import java.util.Set;

/** Who may see and read what. */
final class Access {
  /** What a gated repository shows to everybody, so that terms can be read before they are met. */
  private static final Set<String> OPEN_FILES =
      Set.of("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt");

  private final HubTokens tokens;

  Access(HubTokens tokens) {
    this.tokens = tokens;
  }

  /** Why this token, or nobody, may not even see the repository. */
  Optional<Refusal> toSee(Optional<HubRepository> repository, Optional<String> token) {
    if (tokens.isBad(token)) {
      return Optional.of(Refusal.withoutCode(401, "Invalid credentials in Authorization header"));
    }
    if (repository.isEmpty() || !repository.get().isVisibleTo(token)) {
      return Optional.of(
          token.isEmpty()
              ? Refusal.withoutCode(401, "Invalid username or password.")
              : Refusal.noRepository());
    }
    if (tokens.isNarrow(token)) {
      return Optional.of(
          Refusal.withoutCode(
              403, "The token lacks the permission to read " + repository.get().id() + "."));
    }
    if (repository.get().isDisabled()) {
      return Optional.of(Refusal.withoutCode(403, "Access to this resource is disabled."));
    }
    return Optional.empty();
  }

  /** Why this token, or nobody, may not read a file of a repository that it can see. */
  static Optional<Refusal> toRead(HubRepository repository, String path, Optional<String> token) {
    if (repository.isOpenTo(token) || OPEN_FILES.contains(path)) {
      return Optional.empty();
    }
    String restricted = "Access to model " + repository.id() + " is restricted";
    if (token.isEmpty()) {
      return Optional.of(
          Refusal.withCode(
              401,
              "GatedRepo",
              restricted
                  + ". You must have access to it and be authenticated to access it."
                  + " Please log in."));
    }
    if (repository.isPendingFor(token)) {
      return Optional.of(
          Refusal.withCode(
              403,
              "GatedRepo",
              "Your request to access model "
                  + repository.id()
                  + " is awaiting a review from the repo authors."));
    }
    return Optional.of(
        Refusal.withCode(
            403,
            "GatedRepo",
            restricted
                + " and you are not in the authorized list. Visit https://huggingface.co/"
                + repository.id()
                + " to ask for access."));
  }
}
