package dev.modelcar.packaging.plan;

import dev.modelcar.source.SnapshotInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an image says of itself.
 *
 * @param created when its content was made
 * @param labels of the configuration
 * @param annotations of the manifest
 * @param user who runs in it: a number, not zero, for clusters refuse root
 */
public record ImageDescription(
    Instant created,
    SortedMap<String, String> labels,
    SortedMap<String, String> annotations,
    String user) {

  /** A user that is neither root nor anybody in particular. */
  public static final String STANDARD_USER = "1001";

  /** What a snapshot says of itself, in the keys of the OCI image specification. */
  public static ImageDescription of(SnapshotInfo info) {
    SortedMap<String, String> keys = new TreeMap<>();
    put(keys, "title", info.title());
    put(keys, "url", info.url());
    put(keys, "source", info.url());
    put(keys, "revision", info.revision());
    put(keys, "vendor", info.author());
    put(keys, "licenses", licenses(info.licenses()));
    if (!info.languages().isEmpty()) {
      keys.put("dev.modelcar.languages", String.join(",", info.languages()));
    }
    if (!info.created().equals(Instant.EPOCH)) {
      put(keys, "created", Optional.of(info.created().toString()));
    }
    return new ImageDescription(info.created(), keys, keys, STANDARD_USER);
  }

  private static Optional<String> licenses(List<String> licenses) {
    return licenses.isEmpty() ? Optional.empty() : Optional.of(String.join(" OR ", licenses));
  }

  private static void put(Map<String, String> keys, String name, Optional<String> value) {
    value.ifPresent(text -> keys.put("org.opencontainers.image." + name, text));
  }

  /** With more labels, which replace those of the same name. */
  public ImageDescription withLabels(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(labels);
    all.putAll(more);
    return new ImageDescription(created, all, annotations, user);
  }

  /** With more annotations, which replace those of the same name. */
  public ImageDescription withAnnotations(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(annotations);
    all.putAll(more);
    return new ImageDescription(created, labels, all, user);
  }

  public ImageDescription withUser(String newUser) {
    return new ImageDescription(created, labels, annotations, newUser);
  }

  /** With another time, also in labels and annotations. */
  public ImageDescription withCreated(Instant newCreated) {
    Map<String, String> key = Map.of("org.opencontainers.image.created", newCreated.toString());
    return new ImageDescription(newCreated, labels, annotations, user)
        .withLabels(key)
        .withAnnotations(key);
  }
}
