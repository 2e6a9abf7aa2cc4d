package dev.modelcar.packaging.plan;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.LayerRecipe;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Plans layers: all small files in one, with the folders of every file, at the bottom; each large
 * file a layer of its own, so that it is the same layer in every image that has the file; the model
 * card on top. Where that would be too many, neighbouring large files share layers.
 */
public final class LayerPlanner {
  /** Files below this size travel together. */
  static final long SMALL = 32L << 20;

  private static final String ROOT = "models";
  private static final String MODEL_CARD = "README.md";
  private static final int FILE_MODE = 0644;
  private static final int FOLDER_MODE = 0755;

  private final Limits limits;
  private final Compression compression;

  private LayerPlanner(Limits limits, Compression compression) {
    this.limits = limits;
    this.compression = compression;
  }

  public static LayerPlanner within(Limits limits) {
    return new LayerPlanner(limits, Compression.NONE);
  }

  public LayerPlanner compressing(Compression newCompression) {
    return new LayerPlanner(limits, newCompression);
  }

  /**
   * Plans the layers of a selection on a base.
   *
   * @throws ModelcarException {@link PackagingError#PLAN_OVER_LIMIT} if no plan keeps to the limits
   */
  public LayerPlan plan(Selection selection, Base base, ImageDescription description) {
    List<ModelFile> small = new ArrayList<>();
    List<ModelFile> large = new ArrayList<>();
    Optional<ModelFile> card = Optional.empty();
    for (ModelFile file : selection.files()) {
      if (selection.links().containsKey(file.path())) {
        continue;
      }
      if (file.path().equals(MODEL_CARD)) {
        card = Optional.of(file);
      } else if (file.size() < SMALL) {
        small.add(file);
      } else {
        large.add(file);
      }
    }
    int others = base.layerCount() + 1 + (card.isPresent() ? 1 : 0);
    List<PlannedLayer> layers = new ArrayList<>();
    layers.add(smallFiles(small, selection));
    for (List<ModelFile> group : group(large, limits.maxLayers() - others)) {
      layers.add(weights(group));
    }
    card.ifPresent(file ->
        layers.add(
            new PlannedLayer(
                file.path(),
                PlannedLayer.Kind.MODEL_CARD,
                recipe(List.of(), List.of(file)),
                List.of(file))));
    layers.forEach(this::checkSize);
    return new LayerPlan(selection, base, layers, description);
  }

  private PlannedLayer smallFiles(List<ModelFile> small, Selection selection) {
    TreeSet<String> folders = new TreeSet<>();
    folders.add(ROOT);
    for (ModelFile file : selection.files()) {
      String path = ROOT + "/" + file.path();
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    String name =
        switch (small.size()) {
          case 0 -> "folders";
          case 1 -> small.getFirst().path();
          default -> small.size() + " small files";
        };
    LayerRecipe recipe = recipe(List.copyOf(folders), small);
    if (!selection.links().isEmpty()) {
      List<LayerRecipe.Entry> entries = new ArrayList<>(recipe.entries());
      selection.links().forEach((path, to) -> entries.add(link(path, to)));
      recipe = new LayerRecipe(entries, compression);
    }
    return new PlannedLayer(name, PlannedLayer.Kind.SMALL_FILES, recipe, small);
  }

  /** Relative, for servers see the model in other places than the image has it. */
  private static LayerRecipe.Entry link(String path, String to) {
    String up = "../".repeat((int) path.chars().filter(c -> c == '/').count());
    return new LayerRecipe.Entry(
        TarEntry.symbolicLink(ROOT + "/" + path, up + to), Optional.empty());
  }

  private PlannedLayer weights(List<ModelFile> group) {
    String name =
        group.size() == 1
            ? group.getFirst().path()
            : group.getFirst().path()
                + " … "
                + group.getLast().name()
                + " ("
                + group.size()
                + " files)";
    return new PlannedLayer(name, PlannedLayer.Kind.WEIGHTS, recipe(List.of(), group), group);
  }

  private LayerRecipe recipe(List<String> folders, List<ModelFile> files) {
    List<LayerRecipe.Entry> entries = new ArrayList<>();
    for (String folder : folders) {
      entries.add(new LayerRecipe.Entry(TarEntry.directory(folder, FOLDER_MODE), Optional.empty()));
    }
    for (ModelFile file : files) {
      TarEntry entry = TarEntry.file(ROOT + "/" + file.path(), FILE_MODE, file.size());
      entries.add(new LayerRecipe.Entry(entry, file.content()));
    }
    return new LayerRecipe(entries, compression);
  }

  /**
   * Neighbours share a layer where there are more files than layers. The smallest capacity that
   * needs no more than the allowed number is taken, so the groups are as even as the files allow.
   */
  private List<List<ModelFile>> group(List<ModelFile> files, int places) {
    if (files.size() <= places) {
      return files.stream().map(List::of).toList();
    }
    if (places < 1) {
      throw new ModelcarException(
          PackagingError.PLAN_OVER_LIMIT,
          "the base image leaves no room for the weights within %d layers"
              .formatted(limits.maxLayers()));
    }
    long low = files.stream().mapToLong(ModelFile::size).max().orElse(1);
    long high = files.stream().mapToLong(ModelFile::size).sum();
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (fill(files, middle).size() <= places) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return fill(files, low);
  }

  private static List<List<ModelFile>> fill(List<ModelFile> files, long capacity) {
    List<List<ModelFile>> groups = new ArrayList<>();
    List<ModelFile> group = new ArrayList<>();
    long size = 0;
    for (ModelFile file : files) {
      if (!group.isEmpty() && size + file.size() > capacity) {
        groups.add(List.copyOf(group));
        group.clear();
        size = 0;
      }
      group.add(file);
      size += file.size();
    }
    groups.add(List.copyOf(group));
    return groups;
  }

  private void checkSize(PlannedLayer layer) {
    long size = TarLayout.sizeOf(layer.recipe().tarEntries());
    if (limits.maxLayer().isPresent() && size > limits.maxLayer().getAsLong()) {
      throw new ModelcarException(
          PackagingError.PLAN_OVER_LIMIT,
          "the layer of %s would be %s; %s accepts layers of up to %s"
              .formatted(
                  layer.name(),
                  ByteSize.format(size),
                  limits.who(),
                  ByteSize.format(limits.maxLayer().getAsLong())));
    }
  }
}
