package dev.modelcar.packaging.reuse;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.LayerAnnotations;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.layers.ModelLayer;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.ModelFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds layers that need not be read: by the digest of their recipe, in the memory of this machine,
 * or in what earlier images in the targets say of their layers.
 */
public final class Reuse {
  /** Of the images in a repository so many are looked at, beside the parts of the plan. */
  private static final int MOST_IMAGES = 32;

  private static final int AT_ONCE = 8;

  private final Memory memory;
  private final List<ShipmentTarget> targets;
  private final Optional<String> partTags;
  private final List<String> partNames;
  private final Map<Digest, KnownLayer> inTargets = new HashMap<>();
  private boolean looked;

  /**
   * @param plan of which parts may be in the targets
   * @param parts those that are looked for also where tags cannot be listed
   */
  public Reuse(
      Memory memory, List<ShipmentTarget> targets, Optional<Digest> plan, List<Part> parts) {
    this.memory = memory;
    this.targets = targets;
    this.partTags = plan.map(PartManifest::tagPrefix);
    this.partNames =
        plan.stream()
            .flatMap(id -> parts.stream().map(part -> PartManifest.tag(id, part)))
            .toList();
  }

  /** The layer that a recipe gives, if anybody remembers. */
  public Optional<KnownLayer> find(Digest recipe) {
    return memory.layer(recipe).or(() -> inTargets(recipe));
  }

  /**
   * Whether a layer of an earlier image looks like this one, so that its digest is worth a pass
   * over local files: that takes a second for each GiB, and to send them takes longer.
   */
  public boolean hasLike(ModelLayer layer) {
    List<ModelFile> files = layer.planned().files();
    if (layer.planned().recipe().compression() != Compression.NONE
        || files.stream().anyMatch(file -> file.identity().isEmpty())) {
      return false;
    }
    Optional<String> title =
        files.size() == 1 ? Optional.of(files.getFirst().path()) : Optional.empty();
    lookInTargets();
    return inTargets.values().stream()
        .map(KnownLayer::descriptor)
        .anyMatch(l -> l.size() == layer.size() && LayerAnnotations.title(l).equals(title));
  }

  private Optional<KnownLayer> inTargets(Digest recipe) {
    lookInTargets();
    return Optional.ofNullable(inTargets.get(recipe));
  }

  private void lookInTargets() {
    if (!looked) {
      looked = true;
      Threads.map(targets, Math.max(1, targets.size()), "looking for layers", this::look).stream()
          .flatMap(List::stream)
          .flatMap(layer -> LayerAnnotations.read(layer).stream())
          .forEach(known -> inTargets.putIfAbsent(known.getKey(), known.getValue()));
    }
  }

  /** Layers of images that are in a target, those of the likeliest image first. */
  private List<Descriptor> look(ShipmentTarget target) {
    return target.hasFailed()
        ? List.of()
        : target.reader().map(reader -> look(reader, target.reference().tag())).orElse(List.of());
  }

  private List<Descriptor> look(ImageReader reader, Optional<String> own) {
    List<String> tags = new ArrayList<>(unlessBroken(reader::tags));
    if (tags.isEmpty()) {
      // Not everybody who may push may list tags; images whose names are known can be read.
      tags.addAll(partNames);
      own.ifPresent(tags::add);
    }
    tags.sort(Comparator.comparingInt(tag -> rank(tag, own)));
    long parts = tags.stream().filter(tag -> rank(tag, own) == 0).count();
    List<String> some = tags.subList(0, (int) Math.min(tags.size(), parts + MOST_IMAGES));
    return read(reader, some).stream().flatMap(List::stream).toList();
  }

  private static List<List<Descriptor>> read(ImageReader reader, List<String> tags) {
    return Threads.map(
        tags, AT_ONCE, "looking for layers", tag -> unlessBroken(() -> layers(reader, tag)));
  }

  /** What cannot be read cannot be reused; if it matters, writing will fail and say why. */
  public static <T> List<T> unlessBroken(Supplier<List<T>> look) {
    try {
      return look.get();
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      return List.of();
    }
  }

  /** Parts of this very plan are the best to look at; parts of others speak of what may go. */
  private int rank(String tag, Optional<String> own) {
    if (partTags.isPresent() && tag.startsWith(partTags.get())) {
      return 0;
    }
    if (own.isPresent() && tag.equals(own.get())) {
      return 1;
    }
    return tag.startsWith(PartManifest.TAG_PREFIX) ? 3 : 2;
  }

  private static List<Descriptor> layers(ImageReader reader, String tag) {
    Optional<RawManifest> raw = reader.manifest(tag);
    if (raw.isPresent() && raw.get().isIndex()) {
      List<Descriptor> entries = Documents.index(raw.get()).manifests();
      raw = entries.isEmpty() ? Optional.empty() : reader.manifest(entries.getFirst().digest());
    }
    return raw.filter(manifest -> !manifest.isIndex())
        .map(manifest -> Documents.manifest(manifest).layers())
        .orElse(List.of());
  }
}
