package dev.modelcar.modelregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.core.Threads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What registering does, to the fake in its versions and to the real server alike. */
@ParameterizedClass
@EnumSource(TestedServer.Version.class)
final class ModelRegistryContractTest {
  /** The real server keeps what earlier runs have left. */
  private static final String RUN =
      "t" + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-";

  private static final AtomicInteger MODELS = new AtomicInteger();

  @Parameter private TestedServer.Version version = TestedServer.Version.USUAL;

  private String name = "";
  private TestedServer server = TestedServer.start(TestedServer.Version.USUAL);

  @BeforeEach
  void start() {
    server.close();
    assumeTrue(
        TestedServer.isAvailable(version),
        "missing: a Model Registry, whose URL is in " + TestedServer.VARIABLE);
    server = TestedServer.start(version);
    name = RUN + MODELS.incrementAndGet();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Digest digest(String content) {
    return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
  }

  private Registration registration(String content) {
    return registration(content, false);
  }

  private Registration registration(String content, boolean replace) {
    return new Registration(
        name,
        "v1",
        name,
        Contents.none().with("license", "mit").with("language", List.of("en", "de")),
        Contents.none().with("author", "me").withProperty("size_bytes", "14146600960"),
        Contents.none().with("modelFormatName", "vLLM").with("modelSourceKind", "hf"),
        "oci://r.example/team/m@" + digest(content),
        Optional.of(digest(content)),
        replace);
  }

  private Registration announced() {
    Registration known = registration("a");
    return new Registration(
        name,
        "v1",
        name,
        known.modelContents(),
        known.versionContents(),
        known.artifactContents(),
        "oci://r.example/team/m:v1",
        Optional.empty(),
        false);
  }

  /** The one of each that has to be there. */
  private Entry onlyArtifact() {
    ModelRegistry client = server.client();
    Entry model = client.findModel(name).orElseThrow();
    assertThat(client.models()).filteredOn(entry -> entry.name().equals(name)).hasSize(1);
    List<Entry> versions = client.versions(model);
    assertThat(versions).hasSize(1);
    List<Entry> artifacts = client.artifacts(versions.getFirst());
    assertThat(artifacts).hasSize(1);
    return artifacts.getFirst();
  }

  @Test
  void theFirstRunCreatesAllAndTheSecondChangesNothing() {
    Registered first = new Registrar(server.client()).register(registration("a"));
    assertThat(first.created()).containsExactly("model", "version", "artifact");
    assertThat(first.model().contents().text("license")).contains("mit");
    assertThat(first.version().contents().property("size_bytes")).contains("14146600960");
    assertThat(first.artifact().contents().text("modelSourceKind")).contains("hf");
    assertThat(onlyArtifact()).isEqualTo(first.artifact());

    AtomicInteger writes = new AtomicInteger();
    Registered second = new Registrar(server.counting(writes)).register(registration("a"));
    assertThat(second.isUnchanged()).isTrue();
    assertThat(writes).hasValue(0);
  }

  @Test
  void eightAtOnceMakeOneOfEach() {
    List<Registered> all =
        Threads.map(
            IntStream.range(0, 8).boxed().toList(),
            8,
            "registering",
            i -> new Registrar(server.client()).register(registration("a")));
    Entry artifact = onlyArtifact();
    assertThat(artifact.state()).isEqualTo(Entry.LIVE);
    assertThat(all).extracting(one -> one.artifact().id()).containsOnly(artifact.id());
    assertThat(all)
        .extracting(one -> one.version().id())
        .containsOnly(all.getFirst().version().id());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCrashAtAnyRequestLeavesNothingThatTheNextRunDoesNotMend(boolean answered) {
    String base = name;
    boolean crashed = true;
    int requests = 0;
    for (; crashed; requests++) {
      name = base + "-" + requests;
      Registrar dying = new Registrar(server.dyingAfter(requests, answered));
      crashed = false;
      try {
        dying.announce(announced());
        dying.register(registration("a"));
      } catch (ModelcarException e) {
        crashed = true;
      }
      Registered mended = new Registrar(server.client()).register(registration("a"));
      assertThat(mended.artifact().isLive()).isTrue();
      assertThat(onlyArtifact().uri()).contains(registration("a").uri());
      assertThat(onlyArtifact().contents().text("modelFormatName")).contains("vLLM");
    }
    assertThat(requests).isGreaterThan(8);
  }

  @Test
  void announcedThenLiveOrAbandoned() {
    Registrar registrar = new Registrar(server.client());
    Registered pending = registrar.announce(announced());
    assertThat(onlyArtifact().state()).isEqualTo(Entry.PENDING);
    assertThat(registrar.abandon(pending).state()).isEqualTo(Entry.ABANDONED);
    assertThat(registrar.announce(announced()).artifact().state()).isEqualTo(Entry.PENDING);
    assertThat(registrar.register(registration("a")).artifact().state()).isEqualTo(Entry.LIVE);
    // What is live is neither announced again nor abandoned by a run that fails later.
    registrar.announce(announced());
    registrar.abandon(pending);
    assertThat(onlyArtifact().state()).isEqualTo(Entry.LIVE);
    assertThat(onlyArtifact().uri()).contains(registration("a").uri());
  }

  @Test
  void anotherImageReplacesTheFirstOnlyIfItMayAndTheHistoryStays() {
    Registrar registrar = new Registrar(server.client());
    registrar.register(registration("a"));
    ModelcarException refused = TestedServer.failure(() -> registrar.register(registration("b")));
    assertThat(refused.code()).isEqualTo(ModelRegistryError.MODEL_REGISTRY_VERSION_CONFLICT);
    assertThat(refused).hasMessageContaining(digest("a").toString());
    assertThat(onlyArtifact().uri()).contains(registration("a").uri());

    Registered replaced = registrar.register(registration("b", true));
    assertThat(replaced.replaced()).contains(digest("a"));
    registrar.register(registration("c", true));
    assertThat(onlyArtifact().uri()).contains(registration("c").uri());
    assertThat(onlyArtifact().contents().property(Registrar.REPLACED))
        .contains(digest("b") + "," + digest("a"));
    assertThat(registrar.register(registration("c", true)).isUnchanged()).isTrue();
  }

  /** Clients that send no state reset it. */
  @Test
  void anImageWhoseStateGotLostIsKeptAllTheSame() {
    ModelRegistry client = server.client();
    Registrar registrar = new Registrar(client);
    Registered first = registrar.register(registration("a"));
    client.update(first.artifact(), "UNKNOWN", Contents.none());
    registrar.announce(announced());
    assertThat(onlyArtifact().uri()).contains(registration("a").uri());
    assertThat(TestedServer.failure(() -> registrar.register(registration("b"))).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_VERSION_CONFLICT);
    assertThat(registrar.register(registration("a")).artifact().isLive()).isTrue();
  }

  @Test
  void whatIsArchivedIsNotBroughtBackByTheWay() {
    ModelRegistry client = server.client();
    Registrar registrar = new Registrar(client);
    Registered registered = registrar.register(registration("a"));
    client.update(registered.version(), Entry.ARCHIVED, Contents.none());
    assertThat(client.findVersion(registered.model(), "v1").orElseThrow().isArchived()).isTrue();
    assertThat(TestedServer.failure(() -> registrar.register(registration("a"))).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_ARCHIVED);
    // A change of something else leaves it archived.
    Entry changed =
        client.update(
            client.read(EntryKind.VERSION, registered.version().id()),
            Entry.ARCHIVED,
            Contents.none().with("description", "old"));
    assertThat(changed.isArchived()).isTrue();
    client.update(changed, Entry.LIVE, Contents.none());
    assertThat(registrar.register(registration("a")).isUnchanged()).isTrue();
  }

  @Test
  void whatOthersWroteStays() {
    ModelRegistry client = server.client();
    Registered first = new Registrar(client).register(registration("a"));
    TreeMap<String, Property> theirs = new TreeMap<>();
    theirs.put("gpus", new Property("MetadataIntValue", "2", Optional.empty()));
    theirs.put("ratio", new Property("MetadataDoubleValue", "0.3", Optional.empty()));
    theirs.put("signed", new Property("MetadataBoolValue", "true", Optional.empty()));
    client.update(
        first.version(), Entry.LIVE, new Contents(new TreeMap<>(), new TreeMap<>(), theirs));
    client.update(first.model(), Entry.LIVE, Contents.none().with("license", "apache-2.0"));
    Registration more = registration("a");
    Registered second =
        new Registrar(client)
            .register(
                new Registration(
                    name,
                    "v1",
                    name,
                    more.modelContents().with("provider", "org"),
                    more.versionContents().withProperty("dtype", "BF16"),
                    more.artifactContents(),
                    more.uri(),
                    more.digest(),
                    false));
    assertThat(second.updated()).containsExactly("model", "version");
    assertThat(second.version().contents().properties()).containsAllEntriesOf(theirs);
    assertThat(second.version().contents().property("dtype")).contains("BF16");
    assertThat(second.model().contents().text("license")).contains("apache-2.0");
    assertThat(second.model().contents().text("provider")).contains("org");
  }

  @Test
  void anArtifactOfAnotherToolIsTaken() {
    ModelRegistry client = server.client();
    Entry model =
        client
            .create(EntryKind.MODEL, Optional.empty(), name, Entry.LIVE, Contents.none())
            .orElseThrow();
    Entry theirs =
        client
            .create(EntryKind.VERSION, Optional.of(model), "v1", Entry.LIVE, Contents.none())
            .orElseThrow();
    client.create(
        EntryKind.ARTIFACT,
        Optional.of(theirs),
        "other",
        "UNKNOWN",
        Contents.none().with("uri", "oci://r.example/team/m:latest"));
    Registered registered = new Registrar(client).register(registration("a"));
    assertThat(registered.created()).isEmpty();
    assertThat(onlyArtifact().uri()).contains(registration("a").uri());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b:c d",
        "quote\"'`\\",
        "%2F?x=1&y#z",
        "naïve-模型-🤖",
        "{{.Name}} ${x}",
        "<script>",
        "' OR '1'='1"
      })
  void oddNamesAreNamesLikeOthers(String odd) {
    name = name + odd;
    Registered first = new Registrar(server.client()).register(registration("a"));
    assertThat(first.model().name()).isEqualTo(name);
    assertThat(onlyArtifact()).isEqualTo(first.artifact());
    assertThat(new Registrar(server.client()).register(registration("a")).isUnchanged()).isTrue();
  }

  @Test
  void lengthsAreCheckedBeforeTheServerFails() {
    ModelRegistry client = server.client();
    String longest = name + "n".repeat(255 - name.length());
    Entry model =
        client
            .create(EntryKind.MODEL, Optional.empty(), longest, Entry.LIVE, Contents.none())
            .orElseThrow();
    int room = 255 - model.id().length() - 1;
    assertThat(
            client.create(
                EntryKind.VERSION,
                Optional.of(model),
                "v".repeat(room),
                Entry.LIVE,
                Contents.none()))
        .isPresent();
    for (String wrong : List.of(longest + "n", "", "  ", "a\nb", " a")) {
      assertThat(TestedServer.failure(() -> client.findModel(wrong)).code())
          .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
    }
    assertThat(TestedServer.failure(() -> client.findVersion(model, "v".repeat(room + 1))).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
    assertThat(
            TestedServer.failure(() ->
                    client.update(
                        model, Entry.LIVE, Contents.none().withProperty("k".repeat(256), "x")))
                .code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
    String large = "d".repeat(60_000);
    assertThat(
            client
                .update(model, Entry.LIVE, Contents.none().with("readme", large))
                .contents()
                .text("readme"))
        .contains(large);
  }

  @Test
  void allPagesAreRead() {
    ModelRegistry client = server.client();
    Entry model =
        client
            .create(EntryKind.MODEL, Optional.empty(), name, Entry.LIVE, Contents.none())
            .orElseThrow();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 205; i++) {
      names.add("v" + i);
      client.create(EntryKind.VERSION, Optional.of(model), "v" + i, Entry.LIVE, Contents.none());
    }
    List<String> listed = new ArrayList<>();
    client.versions(model).forEach(entry -> listed.add(entry.name()));
    assertThat(listed).hasSize(205);
    assertThat(new HashSet<>(listed)).isEqualTo(names);
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    ModelRegistry client = server.client();
    assertThat(client.findModel(name)).isEmpty();
    assertThat(TestedServer.failure(() -> client.read(EntryKind.MODEL, "999999999")).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_ENTRY_NOT_FOUND);
    assertThat(TestedServer.failure(() -> client.read(EntryKind.MODEL, "../x")).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
  }

  /** Whether a server tells names apart by case is its database's business. */
  @Test
  void anotherCaseIsTheSameModelOrAnotherOne() {
    Registrar registrar = new Registrar(server.client());
    Registered lower = registrar.register(registration("a"));
    name = name.toUpperCase(Locale.ROOT);
    Registered upper = registrar.register(registration("a"));
    if (upper.model().id().equals(lower.model().id())) {
      assertThat(upper.isUnchanged()).isTrue();
    } else {
      assertThat(upper.created()).containsExactly("model", "version", "artifact");
    }
  }

  @Test
  void whatIsServedNoMoreIsMarkedOnceAndNothingElse() throws Exception {
    String model = server.post("registered_models", "{\"name\":\"%s\"}".formatted(name));
    String environment = server.post("serving_environments", "{\"name\":\"%s\"}".formatted(name));
    for (String served : List.of("m/uid-1", "m", "m2")) {
      server.post(
          "inference_services",
          """
          {"name":"%s","registeredModelId":"%s","servingEnvironmentId":"%s","desiredState":"DEPLOYED"}
          """
              .formatted(served, model, environment));
    }
    ModelRegistry client = server.client();
    assertThat(client.undeploy(name, "m"))
        .extracting(ModelRegistry.Undeployed::name, ModelRegistry.Undeployed::changed)
        .containsExactlyInAnyOrder(tuple("m/uid-1", true), tuple("m", true));
    assertThat(client.undeploy(name, "m")).hasSize(2).noneMatch(ModelRegistry.Undeployed::changed);
    assertThat(client.undeploy(name, "m2")).hasSize(1).allMatch(ModelRegistry.Undeployed::changed);
    assertThat(client.undeploy(name, "m3")).isEmpty();
    assertThat(client.undeploy(name + "-none", "m")).isEmpty();
  }
}
