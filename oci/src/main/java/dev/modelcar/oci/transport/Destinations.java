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
    Map<String, List<ImageReference>> places = new LinkedHashMap<>();
    Map<String, ImageReference> seen = new HashMap<>();
    for (ImageReference one : destinations) {
      String place = place(one);
      ImageReference same = seen.putIfAbsent(place + " " + one.tag().orElse(""), one);
      if (same != null) {
        throw refused(same, one, "are the same destination", "Name each destination once.");
      }
      places.computeIfAbsent(place, key -> new ArrayList<>()).add(one);
    }
    places.values().forEach(Destinations::checkPlace);
  }

  /**
   * Refuses to copy an archive onto itself: it would be written anew, without its other images.
   *
   * @throws ModelcarException that names the archive
   */
  public static void checkSource(
      ImageReference source, List<? extends ImageReference> destinations) {
    for (ImageReference one : destinations) {
      if (one instanceof ImageReference.Archive && place(one).equals(place(source))) {
        throw new ModelcarException(
            CoreError.USAGE_INVALID,
            "%s is the archive that %s is read from; a copy would replace it"
                .formatted(one, source),
            "Name another file, and move it here afterwards.",
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
            "are one path, which cannot be a folder and a file",
            "Name another path for one of them.");
      }
      if (other.tag().isPresent() != first.tag().isPresent()) {
        throw refused(
            first,
            other,
            "are one place: an image without a tag cannot be told from one that has one",
            "Give each a tag, or leave one of them out.");
      }
    }
  }

  private static ModelcarException refused(
      ImageReference one, ImageReference other, String why, String advice) {
    String both = one.equals(other) ? one + ", named twice," : one + " and " + other;
    return new ModelcarException(CoreError.USAGE_INVALID, both + " " + why, advice, null);
  }

  /** A name of the place that is the same for all its spellings. */
  static String place(ImageReference reference) {
    return switch (reference) {
      case ImageReference.Registry registry ->
          "registry " + registry.host().toLowerCase(Locale.ROOT) + "/" + registry.repository();
      case ImageReference.Layout layout -> "file " + real(layout.folder());
      case ImageReference.Archive archive -> "file " + real(archive.file());
      case ImageReference.Extension extension -> extension.toString();
    };
  }

  /** The names that destinations give to images in one place. */
  static List<String> tags(List<? extends ImageReference> destinations, ImageReference place) {
    String wanted = place(place);
    return destinations.stream()
        .filter(one -> place(one).equals(wanted))
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
