package dev.modelcar.oci.layout;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The {@code index.json} of a layout: which images it holds, and their names. */
record IndexFile(List<Descriptor> manifests) {
  static final String NAME = "index.json";
  static final String LAYOUT = "oci-layout";
  static final byte[] LAYOUT_CONTENT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  IndexFile {
    manifests = List.copyOf(manifests);
  }

  static IndexFile empty() {
    return new IndexFile(List.of());
  }

  static IndexFile parse(byte[] bytes) {
    return new IndexFile(Documents.index(new RawManifest(MediaTypes.OCI_INDEX, bytes)).manifests());
  }

  byte[] toBytes() {
    return new ImageIndex(manifests, new TreeMap<>(), Optional.empty()).toRaw().bytes();
  }

  /** The image of this name. */
  Optional<Descriptor> named(String tag) {
    return manifests.stream().filter(entry -> tag.equals(name(entry))).findFirst();
  }

  /** The only image; none if there are none. */
  Optional<Descriptor> only(String place) {
    if (manifests.size() > 1) {
      throw new ModelcarException(
          ErrorCode.IMAGE_NOT_FOUND,
          "%s holds %d images (%s)".formatted(place, manifests.size(), String.join(", ", names())),
          "Name one of them: " + place + ":NAME.",
          null);
    }
    return manifests.stream().findFirst();
  }

  List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    manifests.forEach(entry -> names.add(name(entry)));
    names.remove("");
    return List.copyOf(names);
  }

  private static String name(Descriptor entry) {
    return entry.annotations().getOrDefault(REF_NAME, "");
  }

  /** With one more image, in the place of the one that had its name, or of the nameless one. */
  IndexFile with(Descriptor manifest, Optional<String> tag) {
    List<Descriptor> entries = new ArrayList<>();
    String name = tag.orElse("");
    for (Descriptor entry : manifests) {
      boolean sameContent = name.isEmpty() && entry.digest().equals(manifest.digest());
      if (!name(entry).equals(name) && !sameContent) {
        entries.add(entry);
      }
    }
    SortedMap<String, String> annotations = new TreeMap<>(manifest.annotations());
    tag.ifPresent(t -> annotations.put(REF_NAME, t));
    entries.add(manifest.withAnnotations(annotations));
    return new IndexFile(entries);
  }
}
