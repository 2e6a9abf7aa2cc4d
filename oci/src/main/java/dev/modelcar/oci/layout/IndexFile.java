package dev.modelcar.oci.layout;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.Documents.InvalidDocumentException;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The {@code index.json} of a layout: which images it holds, and their names. */
record IndexFile(List<Descriptor> manifests) {
  static final String NAME = "index.json";
  static final String LAYOUT = "oci-layout";
  static final byte[] LAYOUT_CONTENT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  /** Names of lists of referrers, and those that cosign gives. */
  private static final Pattern ATTACHED = Pattern.compile("sha(256|512)-[0-9a-f]{64,}(\\..+)?");

  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** The full name of an image, where {@link #REF_NAME} may be no more than its tag. */
  private static final String FULL_NAME = "io.containerd.image.name";

  /** A manifest that is written with an image, and its own name if it has one. */
  record Attached(RawManifest manifest, Optional<String> tag) {}

  IndexFile {
    manifests = List.copyOf(manifests);
  }

  static IndexFile empty() {
    return new IndexFile(List.of());
  }

  /**
   * Reads the list of a layout's or an archive's images.
   *
   * @param place of the file, for the message
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none
   */
  static IndexFile parse(byte[] bytes, String place) {
    RawManifest raw = new RawManifest(MediaTypes.OCI_INDEX, bytes);
    try {
      return new IndexFile(Documents.readIndex(raw).manifests());
    } catch (InvalidDocumentException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "%s of %s is damaged: %s".formatted(NAME, place, e.why()),
          "Write the layout or the archive anew, or copy it again from where it is whole.",
          e);
    }
  }

  byte[] toBytes() {
    return new ImageIndex(manifests, new TreeMap<>(), Optional.empty()).toRaw().bytes();
  }

  /** The images of this name, which is that of their entries, the full one, or the end of it. */
  List<Descriptor> named(String name) {
    List<Descriptor> exact = select(entry -> name.equals(name(entry)) || name.equals(full(entry)));
    return exact.isEmpty() ? select(entry -> full(entry).endsWith("/" + name)) : exact;
  }

  private List<Descriptor> select(Predicate<Descriptor> wanted) {
    return manifests.stream().filter(wanted).toList();
  }

  /**
   * All images. What is attached to an image does not count beside it.
   *
   * @param refers whether an entry refers to another one
   */
  List<Descriptor> images(Predicate<Descriptor> refers) {
    List<Descriptor> images = manifests;
    if (images.size() > 1) {
      images =
          manifests.stream()
              .filter(entry -> !ATTACHED.matcher(name(entry)).matches())
              .filter(entry -> !name(entry).isEmpty() || !refers.test(entry))
              .toList();
    }
    return images;
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

  private static String full(Descriptor entry) {
    return entry.annotations().getOrDefault(FULL_NAME, "");
  }

  /** The name that tells an entry from others: the full one, where there is one; may be empty. */
  static String fullName(Descriptor entry) {
    return full(entry).isEmpty() ? name(entry) : full(entry);
  }

  /**
   * With one more image, in the place of the one that had its name, or of the nameless one.
   *
   * @param refers whether an entry refers to another one; these stay, though they have no name
   */
  IndexFile with(Descriptor manifest, Optional<String> tag, Predicate<Descriptor> refers) {
    List<Descriptor> entries = new ArrayList<>();
    String name = tag.orElse("");
    boolean hasName = false;
    for (Descriptor entry : manifests) {
      boolean sameContent = name.isEmpty() && entry.digest().equals(manifest.digest());
      boolean replaced =
          name(entry).equals(name) && (!name.isEmpty() || sameContent || !refers.test(entry));
      hasName |= sameContent && !name(entry).isEmpty();
      if (!replaced) {
        entries.add(entry);
      }
    }
    if (hasName) {
      // It is found by that as well.
      return new IndexFile(entries);
    }
    SortedMap<String, String> annotations = new TreeMap<>(manifest.annotations());
    tag.ifPresent(t -> annotations.put(REF_NAME, t));
    entries.add(manifest.withAnnotations(annotations));
    return new IndexFile(entries);
  }

  /** Without the entries of a name, or of a digest under all its names. */
  IndexFile without(Optional<String> tag, Digest digest) {
    return new IndexFile(
        select(entry ->
            !entry.digest().equals(digest)
                || (tag.isPresent() && !named(tag.get()).contains(entry))));
  }

  /** With what refers to one of its images; that has no name, and is found by who looks for it. */
  IndexFile withReferrer(Descriptor referrer) {
    if (manifests.stream().anyMatch(entry -> entry.digest().equals(referrer.digest()))) {
      return this;
    }
    List<Descriptor> entries = new ArrayList<>(manifests);
    entries.add(referrer);
    return new IndexFile(entries);
  }

  /** With manifests that belong to an image: under their own names, or because they refer to it. */
  IndexFile with(List<Attached> attached) {
    IndexFile index = this;
    for (Attached one : attached) {
      Optional<Referrer> referrer = Referrer.of(one.manifest());
      if (one.tag().isPresent()) {
        index = index.with(one.manifest().descriptor(), one.tag(), entry -> true);
      } else if (referrer.isPresent()) {
        index = index.withReferrer(referrer.get().descriptor());
      }
    }
    return index;
  }
}
