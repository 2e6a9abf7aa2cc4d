package dev.modelcar.packaging.plan;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.selection.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The layers of an image in their order, the base below them, and what the image says of itself.
 *
 * @param selection what is packed
 * @param base what lies below
 * @param layers of the model, from the bottom to the top
 * @param description what the image says of itself
 */
public record LayerPlan(
    Selection selection, Base base, List<PlannedLayer> layers, ImageDescription description) {

  public LayerPlan {
    layers = List.copyOf(layers);
  }

  /** The size of all model layers in bytes, before compression. */
  public long size() {
    return layers.stream().mapToLong(PlannedLayer::size).sum();
  }

  /**
   * Names the plan: the same recipes in the same order have the same id on every machine. Nothing
   * while the content of a file is not known.
   */
  public Optional<Digest> id() {
    StringBuilder text = new StringBuilder("modelcar plan 1\n");
    for (PlannedLayer layer : layers) {
      Optional<Digest> recipe = layer.recipe().digest();
      if (recipe.isEmpty()) {
        return Optional.empty();
      }
      text.append(recipe.get()).append('\n');
    }
    return Optional.of(Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
