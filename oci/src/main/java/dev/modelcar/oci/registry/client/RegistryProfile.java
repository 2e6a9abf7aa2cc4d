package dev.modelcar.oci.registry.client;

import static dev.modelcar.oci.registry.client.RegistryProfile.BrokenUploads.LOST;
import static dev.modelcar.oci.registry.client.RegistryProfile.BrokenUploads.RESUMED;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one kind of registry allows and needs. How it treats blobs that no manifest names, and
 * uploads whose connection broke, is for people: uploads find out by asking.
 *
 * @param kind which kind it is
 * @param upload how a blob is sent
 * @param brokenUploads what remains of an upload whose connection broke
 * @param maxLayer the largest layer in bytes, where a limit is known
 * @param maxManifest the largest manifest in bytes; a larger one is not sent
 * @param maxLayers how many layers an image may have
 * @param referrers how signatures and other referrers are found
 * @param orphanLife how long a blob without a manifest is kept; empty: until garbage collection
 * @param renewal which request renews that time
 * @param mounts whether blobs of other repositories can be mounted
 */
public record RegistryProfile(
    Kind kind,
    Upload upload,
    BrokenUploads brokenUploads,
    OptionalLong maxLayer,
    long maxManifest,
    int maxLayers,
    Referrers referrers,
    Optional<Duration> orphanLife,
    Renewal renewal,
    boolean mounts) {

  /** The kinds of registries, with the names by which they are given on the command line. */
  public enum Kind {
    OPENSHIFT("openshift"),
    DISTRIBUTION_2("distribution2"),
    DISTRIBUTION_3("distribution3"),
    QUAY("quay"),
    HARBOR("harbor"),
    ZOT("zot"),
    OLAREG("olareg"),
    GHCR("ghcr"),
    GOOGLE("google"),
    ECR("ecr"),
    ACR("acr"),
    DOCKER_HUB("dockerhub"),
    UNKNOWN("unknown");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }

    /** The kind of that name. */
    public static Optional<Kind> ofId(String id) {
      return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }
  }

  /** How a blob is sent. */
  public sealed interface Upload {
    /** One request carries all of it. */
    record OneStream() implements Upload {}

    /**
     * One request carries all of it; where requests of that length do not get through, requests of
     * at most this many bytes.
     */
    record StreamThenChunks(long chunk) implements Upload {}

    /** Requests of at most this many bytes. */
    record Chunks(long chunk) implements Upload {}
  }

  /** What remains of an upload whose connection broke. */
  public enum BrokenUploads {
    /** The registry reports how many bytes it has, and accepts the rest. */
    RESUMED,
    /** The upload starts over, unless all its requests were complete. */
    LOST
  }

  /** How the referrers of a manifest are found. */
  public enum Referrers {
    API,
    /** By a tag alone: the API is not called, because it is known to be missing or to mislead. */
    TAG,
    /** By the API or, if that is missing, by a tag. */
    UNKNOWN
  }

  /** Which request renews the life of a blob without a manifest. */
  public enum Renewal {
    NOTHING,
    HEAD,
    MOUNT
  }

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long MANIFEST = 4 * MIB;
  private static final int LAYERS = 100;
  private static final long NO_LIMIT = Long.MAX_VALUE;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** A multiple of all part sizes in use on S3, so that no request leaves a part of under 5 MiB. */
  public static final long STANDARD_CHUNK = 320 * MIB;

  private static final Upload WHOLE = new Upload.OneStream();

  private static final Upload STREAM = new Upload.StreamThenChunks(STANDARD_CHUNK);

  /** What is known of a kind. */
  public static RegistryProfile of(Kind kind) {
    return switch (kind) {
      case OPENSHIFT -> profile(kind, STREAM, RESUMED, NO_LIMIT, Referrers.TAG, FOREVER);
      case DISTRIBUTION_2 -> profile(kind, STREAM, LOST, NO_LIMIT, Referrers.TAG, FOREVER);
      case DISTRIBUTION_3 -> profile(kind, STREAM, RESUMED, NO_LIMIT, Referrers.TAG, FOREVER);
      case QUAY ->
          profile(kind, WHOLE, LOST, 20 * GIB, Referrers.API, HOUR).with(WHOLE, Renewal.MOUNT);
      case HARBOR ->
          profile(kind, STREAM, LOST, NO_LIMIT, Referrers.API, HOUR.multipliedBy(2))
              .with(STREAM, Renewal.HEAD);
      case ZOT -> profile(kind, STREAM, LOST, NO_LIMIT, Referrers.API, HOUR);
      case OLAREG -> profile(kind, STREAM, RESUMED, NO_LIMIT, Referrers.API, HOUR);
      case GHCR -> profile(kind, WHOLE, LOST, 10_000_000_000L, Referrers.TAG, FOREVER);
      case GOOGLE -> profile(kind, WHOLE, LOST, NO_LIMIT, Referrers.UNKNOWN, HOUR);
      case ECR -> profile(kind, WHOLE, LOST, 52_000 * MIB, Referrers.API, HOUR);
      case ACR -> profile(kind, WHOLE, LOST, 200 * GIB, Referrers.API, HOUR);
      case DOCKER_HUB -> profile(kind, WHOLE, LOST, NO_LIMIT, Referrers.UNKNOWN, HOUR);
      case UNKNOWN -> profile(kind, STREAM, RESUMED, NO_LIMIT, Referrers.UNKNOWN, HOUR);
    };
  }

  private static RegistryProfile profile(
      Kind kind,
      Upload upload,
      BrokenUploads brokenUploads,
      long maxLayer,
      Referrers referrers,
      Duration orphanLife) {
    return new RegistryProfile(
        kind,
        upload,
        brokenUploads,
        maxLayer == NO_LIMIT ? OptionalLong.empty() : OptionalLong.of(maxLayer),
        MANIFEST,
        LAYERS,
        referrers,
        orphanLife.equals(FOREVER) ? Optional.empty() : Optional.of(orphanLife),
        Renewal.NOTHING,
        true);
  }

  /** The same registry with another kind of upload. */
  public RegistryProfile with(Upload newUpload) {
    return with(newUpload, renewal);
  }

  private RegistryProfile with(Upload newUpload, Renewal newRenewal) {
    return new RegistryProfile(
        kind,
        newUpload,
        brokenUploads,
        maxLayer,
        maxManifest,
        maxLayers,
        referrers,
        orphanLife,
        newRenewal,
        mounts);
  }
}
