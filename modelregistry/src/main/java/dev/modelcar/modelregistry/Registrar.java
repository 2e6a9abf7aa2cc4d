package dev.modelcar.modelregistry;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Registers images: a model, its version, and the version's one artifact. There are no
 * transactions, so each step finds what an earlier or a parallel run has left, creates what is
 * missing, and if another was faster finds that; what is found is completed.
 */
public final class Registrar {
  /** The custom property with the digests of images that an artifact pointed to before. */
  public static final String REPLACED = "replaced_digests";

  private static final Pattern DIGEST = Pattern.compile("@(sha(?:256|512):[0-9a-f]{64,128})$");
  private static final int MOST_REPLACED = 100;

  private final ModelRegistry registry;

  public Registrar(ModelRegistry registry) {
    this.registry = registry;
  }

  /** The digest of an image in its URI. */
  public static Optional<Digest> digestOf(String uri) {
    Matcher digest = DIGEST.matcher(uri);
    return digest.find() ? Digest.parse(digest.group(1)) : Optional.empty();
  }

  /**
   * Announces an image that is about to be pushed: the artifact becomes {@link Entry#PENDING}. One
   * that is live stays as it is, for what it points to is still there.
   *
   * @param wanted with a URI whose digest is not known yet
   */
  public Registered announce(Registration wanted) {
    return register(wanted, Entry.PENDING);
  }

  /**
   * Registers an image that can be pulled: the artifact becomes {@link Entry#LIVE}. A second time
   * changes nothing.
   *
   * @throws ModelcarException {@link ModelRegistryError#MODEL_REGISTRY_VERSION_CONFLICT} if the
   *     version points to another image, and may not be changed
   */
  public Registered register(Registration wanted) {
    return register(wanted, Entry.LIVE);
  }

  /**
   * Takes an announcement back: the artifact becomes {@link Entry#ABANDONED}, unless another run
   * has made it live meanwhile.
   */
  public Entry abandon(Registered announced) {
    Entry artifact = registry.read(EntryKind.ARTIFACT, announced.artifact().id());
    return artifact.state().equals(Entry.PENDING)
        ? registry.update(artifact, Entry.ABANDONED, Contents.none())
        : artifact;
  }

  private Registered register(Registration wanted, String state) {
    Names.check(wanted);
    List<String> created = new ArrayList<>();
    List<String> updated = new ArrayList<>();
    Entry model = model(wanted, created, updated);
    Entry version = version(wanted, model, created, updated);
    Optional<Entry> found = artifact(wanted, version);
    Optional<Digest> before = found.flatMap(Entry::uri).flatMap(Registrar::digestOf);
    Contents contents = wanted.artifactContents().with("uri", wanted.uri());
    Entry artifact;
    if (found.isEmpty()) {
      Optional<Entry> own =
          registry.create(
              EntryKind.ARTIFACT, Optional.of(version), wanted.artifact(), state, contents);
      if (own.isEmpty()) {
        return again(wanted, state, model, version);
      }
      artifact = own.get();
      created.add(EntryKind.ARTIFACT.word());
    } else if (state.equals(Entry.PENDING) && isSettled(found.get())) {
      artifact = found.get();
    } else {
      check(wanted, version, found.get(), before);
      artifact =
          registry.update(found.get(), state, withHistory(contents, found.get(), wanted.digest()));
      note(found.get(), artifact, updated);
    }
    Optional<Digest> replaced =
        before.filter(old -> wanted.digest().isPresent() && !wanted.digest().get().equals(old));
    return new Registered(
        model, version, artifact, List.copyOf(created), List.copyOf(updated), replaced);
  }

  /** Another run has created the artifact between our look and our request. */
  private Registered again(Registration wanted, String state, Entry model, Entry version) {
    if (artifact(wanted, version).isEmpty()) {
      throw hidden(EntryKind.ARTIFACT, wanted.artifact());
    }
    Registered once = register(wanted, state);
    return new Registered(
        model, version, once.artifact(), once.created(), once.updated(), once.replaced());
  }

  /** An entry, and whether this run has created it. */
  private record Ensured(Entry entry, boolean isNew) {}

  /** Finds an entry, or creates it; a parallel run may be faster at that. */
  private Ensured ensure(
      EntryKind kind,
      Supplier<Optional<Entry>> find,
      Optional<Entry> parent,
      String name,
      Contents contents,
      List<String> created) {
    Optional<Entry> found = find.get();
    if (found.isEmpty()) {
      Optional<Entry> own = registry.create(kind, parent, name, Entry.LIVE, contents);
      if (own.isPresent()) {
        created.add(kind.word());
        return new Ensured(own.get(), true);
      }
      found = find.get();
    }
    Entry entry = found.orElseThrow(() -> hidden(kind, name));
    if (entry.isArchived()) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_ARCHIVED, entry + " is archived");
    }
    return new Ensured(entry, false);
  }

  private Entry model(Registration wanted, List<String> created, List<String> updated) {
    Ensured ensured =
        ensure(
            EntryKind.MODEL,
            () -> registry.findModel(wanted.model()),
            Optional.empty(),
            wanted.model(),
            wanted.modelContents(),
            created);
    Entry model = ensured.entry();
    if (ensured.isNew()) {
      return model;
    }
    Entry now =
        registry.update(model, model.state(), wanted.modelContents().absentIn(model.contents()));
    note(model, now, updated);
    return now;
  }

  private Entry version(
      Registration wanted, Entry model, List<String> created, List<String> updated) {
    Ensured ensured =
        ensure(
            EntryKind.VERSION,
            () -> registry.findVersion(model, wanted.version()),
            Optional.of(model),
            wanted.version(),
            wanted.versionContents(),
            created);
    Entry version = ensured.entry();
    if (ensured.isNew()) {
      return version;
    }
    artifact(wanted, version)
        .ifPresent(artifact ->
            check(wanted, version, artifact, artifact.uri().flatMap(Registrar::digestOf)));
    Entry now = registry.update(version, version.state(), wanted.versionContents());
    note(version, now, updated);
    return now;
  }

  private static void note(Entry before, Entry now, List<String> updated) {
    if (!before.equals(now)) {
      updated.add(now.kind().word());
    }
  }

  /** The version's artifact: of our name, or the only one, whoever has created it. */
  private Optional<Entry> artifact(Registration wanted, Entry version) {
    List<Entry> all = registry.artifacts(version);
    return all.stream()
        .filter(artifact -> artifact.name().equalsIgnoreCase(wanted.artifact()))
        .findFirst()
        .or(() -> all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty());
  }

  /**
   * Whether an artifact points to an image that is there. Clients that leave out the state make it
   * unknown, which is no reason to lose what it points to.
   */
  private static boolean isSettled(Entry artifact) {
    boolean open =
        artifact.state().equals(Entry.PENDING) || artifact.state().equals(Entry.ABANDONED);
    return artifact.isLive() || (!open && artifact.uri().flatMap(Registrar::digestOf).isPresent());
  }

  /** A version that people may serve does not silently become another image. */
  private static void check(
      Registration wanted, Entry version, Entry artifact, Optional<Digest> before) {
    boolean other =
        wanted.digest().isPresent() && isSettled(artifact) && !wanted.digest().equals(before);
    if (other && !wanted.replace()) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_VERSION_CONFLICT,
          "%s of %s already points to %s, not to %s"
              .formatted(
                  version,
                  wanted.model(),
                  artifact.uri().orElse("nothing"),
                  wanted.digest().get()));
    }
  }

  /** With the digest of the image that an artifact points to, if it is to point to another one. */
  public static Contents withHistory(Contents contents, Entry artifact, Optional<Digest> wanted) {
    Optional<Digest> before = artifact.uri().flatMap(Registrar::digestOf);
    if (before.isEmpty() || wanted.isEmpty() || before.equals(wanted)) {
      return contents;
    }
    String history =
        Stream.concat(
                Stream.of(before.get().toString()),
                artifact.contents().property(REPLACED).stream()
                    .flatMap(text -> Stream.of(text.split(","))))
            .filter(digest -> !digest.equals(wanted.get().toString()))
            .distinct()
            .limit(MOST_REPLACED)
            .collect(Collectors.joining(","));
    return contents.withProperty(REPLACED, history);
  }

  private static ModelcarException hidden(EntryKind kind, String name) {
    return new ModelcarException(
        ModelRegistryError.MODEL_REGISTRY_AMBIGUOUS,
        "the Model Registry says that the %s %s exists, but does not return it"
            .formatted(kind.word(), name));
  }
}
