package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * A repository of models: commits, names for them, and who may read it. May be changed while the
 * hub serves it, by any thread.
 */
public final class HubRepository {
  private static final String PULL_REQUEST = "refs/pr/";

  private final String id;
  private final Map<String, HubCommit> commits = new ConcurrentHashMap<>();
  private final SortedMap<String, String> branches = new ConcurrentSkipListMap<>();
  private final SortedMap<String, String> tags = new ConcurrentSkipListMap<>();
  private final SortedMap<String, String> pullRequests = new ConcurrentSkipListMap<>();
  private final Set<String> readers = new CopyOnWriteArraySet<>();
  private final Set<String> granted = new CopyOnWriteArraySet<>();
  private final Set<String> pending = new CopyOnWriteArraySet<>();
  private volatile boolean isPrivate;
  private volatile boolean gated;
  private volatile boolean disabled;

  HubRepository(String id) {
    this.id = id;
  }

  /** Owner and name, as in {@code org/name}. */
  public String id() {
    return id;
  }

  /**
   * Adds a commit, and computes all digests of its files.
   *
   * @param sha 40 hex digits
   */
  public HubRepository commit(String sha, GeneratedModel model) {
    if (!sha.matches("[0-9a-f]{40}")) {
      throw new IllegalArgumentException("a commit has 40 hex digits: " + sha);
    }
    commits.put(sha, HubCommit.of(sha, model));
    return this;
  }

  /** Adds a commit named by its files and their digests, and moves {@code main} there. */
  public HubRepository push(GeneratedModel model) {
    model.hashAll();
    StringBuilder text = new StringBuilder(id);
    model.files().forEach(file -> text.append('\n').append(file.sha256()).append(file.path()));
    String sha = Content.of(text.toString()).gitBlobSha1();
    return commit(sha, model).branch("main", sha);
  }

  /** Lets a branch point to a commit. */
  public HubRepository branch(String name, String sha) {
    branches.put(name, sha);
    return this;
  }

  /** Lets a tag point to a commit. */
  public HubRepository tag(String name, String sha) {
    tags.put(name, sha);
    return this;
  }

  /** Lets {@code refs/pr/{number}} point to a commit. */
  public HubRepository pullRequest(int number, String sha) {
    pullRequests.put(Integer.toString(number), sha);
    return this;
  }

  /**
   * The commit that a branch points to.
   *
   * @throws IllegalArgumentException if there is no such branch
   */
  public String head(String branch) {
    return Optional.ofNullable(branches.get(branch))
        .orElseThrow(() -> new IllegalArgumentException("no branch " + branch));
  }

  /** Hides the repository from all but those who have one of these tokens. */
  public HubRepository makePrivate(String... tokens) {
    isPrivate = true;
    readers.addAll(List.of(tokens));
    return this;
  }

  /** Lets files be read only with one of these tokens; the list of files stays public, masked. */
  public HubRepository gate(String... grantedTokens) {
    gated = true;
    granted.addAll(List.of(grantedTokens));
    return this;
  }

  /** Lets a token wait for the authors' review. */
  public HubRepository pending(String token) {
    pending.add(token);
    return this;
  }

  /** Withdraws the repository, as the hub's operators do. */
  public HubRepository disable() {
    disabled = true;
    return this;
  }

  boolean isPrivate() {
    return isPrivate;
  }

  boolean isGated() {
    return gated;
  }

  boolean isDisabled() {
    return disabled;
  }

  boolean isVisibleTo(Optional<String> token) {
    return !isPrivate || token.map(readers::contains).orElse(false);
  }

  boolean isOpenTo(Optional<String> token) {
    return !gated || token.map(granted::contains).orElse(false);
  }

  boolean isPendingFor(Optional<String> token) {
    return token.map(pending::contains).orElse(false);
  }

  /** The commit that a branch, a tag, a pull request or a hash names. */
  Optional<HubCommit> find(String revision) {
    String sha =
        revision.startsWith(PULL_REQUEST)
            ? pullRequests.getOrDefault(revision.substring(PULL_REQUEST.length()), revision)
            : branches.getOrDefault(revision, tags.getOrDefault(revision, revision));
    return Optional.ofNullable(commits.get(sha));
  }

  SortedMap<String, String> branches() {
    return branches;
  }

  SortedMap<String, String> tags() {
    return tags;
  }

  SortedMap<String, String> pullRequests() {
    return pullRequests;
  }
}
