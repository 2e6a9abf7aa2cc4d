package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.ExchangeLog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the hub and its CDN know in common. */
final class HubState {
  private final Map<String, HubRepository> repositories = new ConcurrentHashMap<>();
  private final Map<String, String> renames = new ConcurrentHashMap<>();
  private final Map<String, Content> blobs = new ConcurrentHashMap<>();
  private final HubTokens tokens = new HubTokens();
  private final HubKnobs knobs = new HubKnobs();
  private final SignedUrls urls = new SignedUrls(knobs);
  private final FaultPlan<HubRequestKind> faults = FaultPlan.none();
  private final ExchangeLog<HubRequest> log = new ExchangeLog<>();
  private final AtomicInteger leaks = new AtomicInteger();
  private final String scheme;

  HubState(String scheme) {
    this.scheme = scheme;
  }

  HubRepository repository(String id) {
    return repositories.computeIfAbsent(id, HubRepository::new);
  }

  Optional<HubRepository> find(String id) {
    return Optional.ofNullable(repositories.get(id));
  }

  void rename(String oldId, String newId) {
    renames.put(oldId, newId);
  }

  Optional<String> newName(String id) {
    return Optional.ofNullable(renames.get(id));
  }

  /** Makes a content readable at the CDN, under its digest. */
  String publish(Content content) {
    String sha256 = content.sha256();
    blobs.put(sha256, content);
    return sha256;
  }

  Optional<Content> blob(String sha256) {
    return Optional.ofNullable(blobs.get(sha256));
  }

  HubTokens tokens() {
    return tokens;
  }

  HubKnobs knobs() {
    return knobs;
  }

  SignedUrls urls() {
    return urls;
  }

  FaultPlan<HubRequestKind> faults() {
    return faults;
  }

  ExchangeLog<HubRequest> log() {
    return log;
  }

  /** How often a token came to the CDN, which must never see one. */
  AtomicInteger leaks() {
    return leaks;
  }

  String scheme() {
    return scheme;
  }
}
