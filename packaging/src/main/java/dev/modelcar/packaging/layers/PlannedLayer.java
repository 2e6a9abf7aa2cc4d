package dev.modelcar.packaging.layers;

import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.source.ModelFile;
import java.util.List;

/**
 * A layer that is to be.
 *
 * @param name for messages: the file in it, or what its files have in common
 * @param kind what it is for
 * @param recipe what determines its bytes
 * @param files in the order of the file entries of the recipe
 */
public record PlannedLayer(String name, Kind kind, LayerRecipe recipe, List<ModelFile> files) {

  /** What a layer is for. */
  public enum Kind {
    /** Configurations, tokenizers and all that is small, and the folders of all files. */
    SMALL_FILES,
    WEIGHTS,
    /** The model card, by itself and marked, so that catalogues find it. */
    MODEL_CARD
  }

  public PlannedLayer {
    files = List.copyOf(files);
  }

  /** The size of the layer before compression. */
  public long size() {
    return TarLayout.sizeOf(recipe.tarEntries());
  }
}
