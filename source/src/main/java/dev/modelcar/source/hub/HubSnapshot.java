package dev.modelcar.source.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Uris;
import dev.modelcar.http.ranges.RangeReader;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SnapshotInfo;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.UnusableEntry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A commit of a repository on the Hub. */
final class HubSnapshot implements Snapshot {
  /** A wrong host name or endpoint should be known soon; what once worked is waited for longer. */
  static final Duration FIRST_CONTACT = Duration.ofSeconds(20);

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
  private static final String MASKED = "*";

  private final SourceReference.Hub reference;
  private final SnapshotInfo info;
  private final String commit;
  private final Access access;
  private final AtomicLong remembered = new AtomicLong();
  private final List<ModelFile> files;
  private final List<UnusableEntry> unusable;

  /** What is needed to read from the Hub. */
  record Access(
      HubHttp http,
      HubErrors errors,
      HubApi api,
      HttpTransport transport,
      ReadBudget budget,
      ConnectionLimit limit,
      RetryPolicy retryPolicy,
      RetryListener retryListener,
      InstantSource clock) {}

  HubSnapshot(
      SourceReference.Hub reference,
      SnapshotInfo info,
      String commit,
      List<JsonNode> entries,
      Access access) {
    this.reference = reference;
    this.info = info;
    this.commit = commit;
    this.access = access;
    List<ModelFile> safe = new ArrayList<>();
    List<UnusableEntry> unsafe = new ArrayList<>();
    for (JsonNode entry : entries) {
      String path = entry.path("path").asText();
      if (!Json.text(entry, "type").orElse("").equals("file")) {
        continue;
      }
      if (isSafe(path)) {
        safe.add(file(entry, path));
      } else {
        unsafe.add(unsafe(path));
      }
    }
    this.files = safe.stream().sorted(Comparator.comparing(ModelFile::path)).toList();
    this.unusable = List.copyOf(unsafe);
    if (files.isEmpty() && unusable.isEmpty()) {
      throw new ModelcarException(SourceError.SOURCE_EMPTY, reference + " contains no files");
    }
  }

  /** One odd name does not spoil a repository: whoever selects it is told. */
  private UnusableEntry unsafe(String path) {
    return new UnusableEntry(
        path,
        SourceError.SOURCE_PATH_UNSAFE,
        "the Hub lists a file of %s with the unsafe path \"%s\""
            .formatted(reference, path.replaceAll("\\p{Cntrl}", "?")),
        "Leave it out with --exclude; only the repository's owners can rename it.");
  }

  private ModelFile file(JsonNode entry, String path) {
    JsonNode lfs = entry.path("lfs");
    long size = (lfs.isObject() ? Json.number(lfs, "size") : Json.number(entry, "size")).orElse(-1);
    if (size < 0) {
      throw HubErrors.protocol("the Hub lists " + path + " of " + reference + " without a size");
    }
    URI uri = resolveUri(path);
    HubFileSource source = new HubFileSource(access, reference.repository(), path, uri, size);
    return new ModelFile(
        path,
        size,
        Optional.of(digest(entry, lfs, path, uri)),
        Optional.empty(),
        opener(source, size));
  }

  /** Neither absolute nor leading up, with either kind of slash. */
  private static boolean isSafe(String path) {
    return !path.isEmpty()
        && !path.contains("\\")
        && Arrays.stream(path.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private URI resolveUri(String path) {
    String encoded =
        Arrays.stream(path.split("/", -1)).map(Uris::encode).collect(Collectors.joining("/"));
    return access.http().uri("/" + reference.repository() + "/resolve/" + commit + "/" + encoded);
  }

  private ContentDigest digest(JsonNode entry, JsonNode lfs, String path, URI uri) {
    if (!lfs.isObject()) {
      return Json.text(entry, "oid")
          .filter(oid -> SHA1.matcher(oid).matches())
          .<ContentDigest>map(ContentDigest.GitBlob::new)
          .orElseThrow(() -> noDigest(path));
    }
    String oid = Json.text(lfs, "oid").orElse("");
    if (oid.startsWith(MASKED)) {
      oid = unmask(path, uri);
    }
    if (!SHA256.matcher(oid).matches()) {
      throw noDigest(path);
    }
    return new ContentDigest.Sha256(Digest.sha256(oid.toLowerCase(java.util.Locale.ROOT)));
  }

  private ModelcarException noDigest(String path) {
    return HubErrors.protocol(
        "the Hub lists " + path + " of " + reference + " without a valid digest");
  }

  /** The list of a gated repository hides digests; the response for the file itself does not. */
  private String unmask(String path, URI uri) {
    return access
        .api()
        .repeat(reference.repository(), () -> linkedEtag(uri))
        .map(etag -> etag.replaceAll("^W/|\"", ""))
        .orElseThrow(() ->
            new ModelcarException(
                SourceError.HUB_HASHES_MASKED,
                "the Hub hides the digest of " + path + " of " + reference));
  }

  private Optional<String> linkedEtag(URI uri) throws IOException {
    try (HttpResponse response =
        access.http().sendWithoutRedirects(access.transport(), HttpRequest.head(uri))) {
      if (!response.isSuccess() && !response.isRedirect()) {
        throw access.errors().of(response, reference.repository());
      }
      return response.headers().first("X-Linked-ETag");
    }
  }

  private ModelFile.HeadOpener opener(HubFileSource source, long size) {
    return new SmallFileMemory(size, remembered, (from, to) -> read(source, from, to));
  }

  private ChunkReader read(HubFileSource source, long from, long to) {
    return new RangeReader(
        source.open(),
        from,
        to,
        access.budget(),
        access.limit(),
        access.retryPolicy(),
        access.retryListener());
  }

  @Override
  public SourceReference reference() {
    return reference;
  }

  @Override
  public SnapshotInfo info() {
    return info;
  }

  @Override
  public List<ModelFile> files() {
    return files;
  }

  @Override
  public List<UnusableEntry> unusable() {
    return unusable;
  }

  @Override
  public void close() {
    access.transport().close();
  }
}
