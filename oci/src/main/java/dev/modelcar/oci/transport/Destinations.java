package dev.modelcar.oci.transport;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command writes to. Several tags of one layout or archive are one place, whatever its path
 * looks like, and are written together; what could not be told apart afterwards is refused.
 */
public final class Destinations {
  private Destinations() {}

  /**
   * Refuses destinations that get in each other's way.
   *
   * @throws ModelcarException that names two of them
   */
  public static void check(List<? extends ImageReference> destinations) {
    Map<String, List<ImageReference>> byLocation = new LinkedHashMap<>();
    Map<String, ImageReference> seen = new HashMap<>();
    for (ImageReference one : destinations) {
      String location = location(one);
      ImageReference same = seen.putIfAbsent(location + " " + one.tag().orElse(""), one);
      if (same != null) {
        throw refused(same, one, "are the same destination", "Name each destination once.");
      }
      byLocation.computeIfAbsent(location, key -> new ArrayList<>()).add(one);
    }
    byLocation.values().forEach(Destinations::checkPlace);
  }

  /**
   * Refuses to copy an archive onto itself: it would be rewritten, without its other images.
   *
   * @throws ModelcarException that names the archive
   */
  public static void checkSource(
      ImageReference source, List<? extends ImageReference> destinations) {
    for (ImageReference one : destinations) {
      if (one instanceof ImageReference.Archive && location(one).equals(location(source))) {
        throw new ModelcarException(
            CoreError.USAGE_INVALID,
            "%s is the source archive of %s; copying would overwrite it".formatted(one, source),
            "Choose another file, and move it here afterwards.",
            null);
      }
    }
  }

  private static void checkPlace(List<ImageReference> names) {
    ImageReference first = names.getFirst();
    for (ImageReference other : names) {
      if (!other.getClass().equals(first.getClass())) {
        throw refused(
            first,
            other,
            "are the same path, which cannot be both a folder and a file",
            "Choose another path for one of them.");
      }
      if (other.tag().isPresent() != first.tag().isPresent()) {
        throw refused(
            first,
            other,
            "share a location, where an untagged image cannot be told from a tagged one",
            "Give each a tag, or omit one of them.");
      }
    }
  }

  private static ModelcarException refused(
      ImageReference one, ImageReference other, String why, String advice) {
    String both = one.equals(other) ? one + ", named twice," : one + " and " + other;
    return new ModelcarException(CoreError.USAGE_INVALID, both + " " + why, advice, null);
  }

  /** A name of the location that is the same for all its spellings. */
  static String location(ImageReference reference) {
    return switch (reference) {
      case ImageReference.Registry registry ->
          "registry " + registry.host().toLowerCase(Locale.ROOT) + "/" + registry.repository();
      case ImageReference.Layout layout -> "file " + real(layout.folder());
      case ImageReference.Archive archive -> "file " + real(archive.file());
      case ImageReference.Extension extension -> extension.toString();
    };
  }

  /** The tags of all destinations in one location. */
  static List<String> tags(List<? extends ImageReference> destinations, ImageReference location) {
    String wanted = location(location);
    return destinations.stream()
        .filter(one -> location(one).equals(wanted))
        .map(ImageReference::tag)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Without links and dots, as far as it exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath();
    Path missing = absolute.getFileSystem().getPath("");
    for (Path existing = absolute; existing != null; existing = existing.getParent()) {
      try {
        return existing.toRealPath().resolve(missing).normalize();
      } catch (IOException e) {
        Path name = existing.getFileName();
        missing = name == null ? missing : name.resolve(missing);
      }
    }
    return absolute.normalize();
  }
}
