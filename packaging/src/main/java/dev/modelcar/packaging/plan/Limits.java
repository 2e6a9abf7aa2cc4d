package dev.modelcar.packaging.plan;

import dev.modelcar.oci.registry.client.RegistryProfile;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * What a plan must keep to so that every target takes it and every runtime starts it.
 *
 * @param maxLayers of the whole image, the base included
 * @param maxLayer the largest layer in bytes; empty where no limit is known
 * @param who sets the limit on layers, for messages
 */
public record Limits(int maxLayers, OptionalLong maxLayer, String who) {
  /** Docker stops near 125, and the init container of KServe slows down with many. */
  private static final int MAX_LAYERS = 100;

  /** What runtimes set, where no registry sets less. */
  public static Limits standard() {
    return new Limits(MAX_LAYERS, OptionalLong.empty(), "");
  }

  /** The strictest of several registries. */
  public static Limits of(Collection<RegistryProfile> profiles) {
    Limits limits = standard();
    for (RegistryProfile profile : profiles) {
      OptionalLong largest = profile.maxLayer();
      boolean stricter =
          largest.isPresent()
              && (limits.maxLayer.isEmpty() || largest.getAsLong() < limits.maxLayer.getAsLong());
      limits =
          new Limits(
              Math.min(limits.maxLayers, profile.maxLayers()),
              stricter ? largest : limits.maxLayer,
              stricter ? profile.kind().id() : limits.who);
    }
    return limits;
  }
}
