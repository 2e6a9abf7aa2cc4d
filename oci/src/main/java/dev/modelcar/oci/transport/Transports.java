package dev.modelcar.oci.transport;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.layout.OciArchiveReader;
import dev.modelcar.oci.layout.OciArchiveWriter;
import dev.modelcar.oci.layout.OciLayout;
import dev.modelcar.oci.registry.Registries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens what a reference names, for reading or for writing. Readers and writers are closed by
 * whoever opened them; the registries behind them outlive both.
 */
public final class Transports {
  private final Registries registries;
  private final boolean checkRoom;

  public Transports(Registries registries) {
    this(registries, true);
  }

  private Transports(Registries registries, boolean checkRoom) {
    this.registries = registries;
    this.checkRoom = checkRoom;
  }

  /** The same, but files are begun even where the disk has no room for all of them yet. */
  public Transports withoutRoomCheck() {
    return new Transports(registries, false);
  }

  /**
   * Opens an image's location for reading.
   *
   * @throws ModelcarException if it cannot be opened; that an image is missing is said later
   */
  public ImageReader reader(ImageReference reference) {
    return switch (reference) {
      case ImageReference.Registry registry -> registries.repository(registry);
      case ImageReference.Layout layout -> new OciLayout(layout);
      case ImageReference.Archive archive -> new OciArchiveReader(archive);
      case ImageReference.Extension extension -> extension.open();
    };
  }

  /**
   * Opens a destination for writing. A writer for a registry also reads: see {@link ImageReader}.
   *
   * @throws ModelcarException {@link OciError#TARGET_INVALID} if the kind is read-only
   */
  public ImageWriter writer(ImageReference reference) {
    return writer(reference, reference.tag().stream().toList());
  }

  /**
   * Opens several destinations, one writer for each; those in one layout or archive share it.
   *
   * @throws ModelcarException if two of them get in each other's way
   */
  public List<ImageWriter> writers(List<? extends ImageReference> destinations) {
    Destinations.check(destinations);
    Map<String, ImageWriter> files = new HashMap<>();
    return destinations.stream()
        .map(one ->
            one instanceof ImageReference.Registry
                ? writer(one)
                : files.computeIfAbsent(
                    Destinations.location(one),
                    location -> writer(one, Destinations.tags(destinations, one))))
        .toList();
  }

  private ImageWriter writer(ImageReference reference, List<String> tags) {
    return switch (reference) {
      case ImageReference.Registry registry -> registries.repository(registry);
      case ImageReference.Layout layout -> new OciLayout(layout, checkRoom);
      case ImageReference.Archive archive -> new OciArchiveWriter(archive, tags, checkRoom);
      case ImageReference.Extension extension ->
          throw new ModelcarException(
              OciError.TARGET_INVALID,
              "\"%s\" cannot be a target: %s".formatted(extension, extension.whyReadOnly()));
    };
  }
}
