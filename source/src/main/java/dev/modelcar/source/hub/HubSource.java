package dev.modelcar.source.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.source.Licenses;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SnapshotInfo;
import dev.modelcar.source.Source;
import dev.modelcar.source.SourceReference;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Resolves models on the Hub: one request for the revision, one for each page of the list. */
public record HubSource(
    HubSettings settings,
    HttpTransport transport,
    ReadBudget budget,
    RetryPolicy retryPolicy,
    RetryListener retryListener,
    InstantSource clock)
    implements Source<SourceReference.Hub> {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final String STANDARD_REVISION = "main";

  /** No path is so narrow, and no server wants more requests. */
  private static final long SHORTEST_RANGE = 512 << 10;

  /**
   * What the token may do that is sent; empty if none is, or the Hub is not asked.
   *
   * @throws dev.modelcar.core.ModelcarException if the Hub does not accept it, or does not respond
   */
  public Optional<HubToken> token() {
    HubHttp http = new HubHttp(settings);
    if (settings.offline() || !http.hasToken()) {
      return Optional.empty();
    }
    RetryPolicy once = retryPolicy.limitedTo(HubSnapshot.FIRST_CONTACT);
    return Optional.of(
        new HubApi(http, new HubErrors(http, clock), transport.scope(), once, retryListener)
            .token());
  }

  @Override
  public Snapshot resolve(SourceReference.Hub reference) {
    String revision = reference.revision().orElse(STANDARD_REVISION);
    if (settings.offline()) {
      return new HubCache(settings.cache()).resolve(reference, revision);
    }
    HubHttp http = new HubHttp(settings);
    HubErrors errors = new HubErrors(http, clock);
    HttpTransport scope = transport.scope();
    HubApi first =
        new HubApi(
            http, errors, scope, retryPolicy.limitedTo(HubSnapshot.FIRST_CONTACT), retryListener);
    JsonNode model = first.model(reference.repository(), revision);
    String commit =
        Json.text(model, "sha")
            .filter(sha -> COMMIT.matcher(sha).matches())
            .orElseThrow(() ->
                HubErrors.protocol("the Hub's response does not name the commit of " + reference));
    SourceReference.Hub canonical = canonical(reference, model);
    HubApi api = new HubApi(http, errors, scope, retryPolicy, retryListener);
    HubSnapshot.Access access =
        new HubSnapshot.Access(
            http,
            errors,
            api,
            scope,
            budget,
            new ConnectionLimit(SHORTEST_RANGE),
            retryPolicy,
            retryListener,
            clock);
    return new HubSnapshot(
        canonical,
        info(reference.repository(), commit, model),
        commit,
        api.tree(canonical.repository(), commit),
        access);
  }

  /** A renamed repository is asked for by its new name from here on. */
  private static SourceReference.Hub canonical(SourceReference.Hub asked, JsonNode model) {
    return Json.text(model, "id")
        .filter(id -> !id.equals(asked.repository()))
        .map(id -> SourceReference.parse("hf://" + id))
        .filter(SourceReference.Hub.class::isInstance)
        .map(SourceReference.Hub.class::cast)
        .filter(renamed -> renamed.revision().isEmpty())
        .map(renamed -> new SourceReference.Hub(renamed.repository(), asked.revision()))
        .orElse(asked);
  }

  private static SnapshotInfo info(String asked, String commit, JsonNode model) {
    String name = Json.text(model, "id").or(() -> Json.text(model, "modelId")).orElse(asked);
    List<String> tags = new ArrayList<>();
    model.path("tags").forEach(tag -> tags.add(tag.asText()));
    return new SnapshotInfo(
        Optional.of(name),
        Optional.of("https://huggingface.co/" + name),
        Optional.of(commit),
        Json.text(model, "lastModified").flatMap(HubSource::instant).orElse(Instant.EPOCH),
        Json.text(model, "author").or(() -> owner(name)),
        licenses(model, tags),
        words(model.path("cardData").path("language")),
        List.copyOf(tags));
  }

  /** Whose repository it is. */
  static Optional<String> owner(String name) {
    int slash = name.indexOf('/');
    return slash > 0 ? Optional.of(name.substring(0, slash)) : Optional.empty();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static List<String> licenses(JsonNode model, List<String> tags) {
    List<String> words = words(model.path("cardData").path("license"));
    if (words.isEmpty()) {
      for (String tag : tags) {
        if (tag.startsWith("license:")) {
          words.add(tag.substring("license:".length()));
        }
      }
    }
    return words.stream().distinct().map(Licenses::spdx).toList();
  }

  /** A word, or a list of them. */
  private static List<String> words(JsonNode node) {
    List<String> words = new ArrayList<>();
    if (node.isTextual()) {
      words.add(node.textValue());
    }
    node.forEach(word -> words.add(word.asText()));
    return words;
  }
}
