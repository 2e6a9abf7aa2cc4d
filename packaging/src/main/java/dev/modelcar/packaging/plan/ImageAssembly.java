package dev.modelcar.packaging.plan;

import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.PlannedLayer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the documents of an image from its layers: a configuration and a manifest for each
 * platform, and an index over them where there are several. The same layers give the same
 * documents.
 */
public final class ImageAssembly {
  private static final String PRODUCER = "modelcar";
  private static final String AUTHOR = "io.opendatahub.author";
  private static final String MODEL_CARD = "io.opendatahub.layers.modelcard";
  private static final String BASE_NAME = "org.opencontainers.image.base.name";
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

  private ImageAssembly() {}

  /**
   * Makes the documents.
   *
   * @param layers of the model, in the order of the plan
   */
  public static ImageDocuments assemble(LayerPlan plan, List<KnownLayer> layers) {
    List<RawManifest> manifests = new ArrayList<>();
    List<Descriptor> entries = new ArrayList<>();
    List<BlobContent> configs = new ArrayList<>();
    for (Base.BaseImage base : plan.base().images()) {
      byte[] config = config(plan, base, layers).toBytes();
      Descriptor configDescriptor =
          Descriptor.of(MediaTypes.OCI_CONFIG, Sha256.of(config), config.length);
      List<Descriptor> all = new ArrayList<>();
      base.layers().forEach(layer -> all.add(layer.descriptor()));
      layers.forEach(layer -> all.add(layer.descriptor()));
      RawManifest manifest =
          ImageManifest.of(configDescriptor, all, annotations(plan, layers)).toRaw();
      manifests.add(manifest);
      entries.add(manifest.descriptor().with(base.platform()));
      configs.add(BlobContent.of("config", config));
    }
    if (manifests.size() == 1) {
      return ImageDocuments.of(configs, List.of(), manifests.getFirst());
    }
    RawManifest index =
        new ImageIndex(entries, annotations(plan, layers), Optional.empty()).toRaw();
    return ImageDocuments.of(configs, manifests, index);
  }

  private static ImageConfig config(LayerPlan plan, Base.BaseImage base, List<KnownLayer> layers) {
    ImageDescription description = plan.description();
    ImageConfig config =
        base.config()
            .withCompleteHistory(description.created())
            .withCreated(description.created())
            .withEntrypoint(List.of())
            .withLabels(description.labels())
            .withUser(user(base.config().user(), description.user()));
    for (int i = 0; i < layers.size(); i++) {
      config =
          config.withLayer(
              layers.get(i).diffId(),
              description.created(),
              PRODUCER + ": " + plan.layers().get(i).name());
    }
    return config;
  }

  /** The base's own user, if it is a number and not root; clusters refuse names and root. */
  private static String user(String base, String standard) {
    return base.matches("[1-9][0-9]*(:[0-9]+)?") && standard.equals(ImageDescription.STANDARD_USER)
        ? base
        : standard;
  }

  private static SortedMap<String, String> annotations(LayerPlan plan, List<KnownLayer> layers) {
    SortedMap<String, String> annotations = new TreeMap<>(plan.description().annotations());
    annotations.put(AUTHOR, PRODUCER);
    // Who names the base has a reason: a mirror of it, which is to give the same image.
    plan.base().name().ifPresent(name -> annotations.putIfAbsent(BASE_NAME, name));
    plan.base().digest().ifPresent(digest -> annotations.put(BASE_DIGEST, digest.toString()));
    for (int i = 0; i < layers.size(); i++) {
      if (plan.layers().get(i).kind() == PlannedLayer.Kind.MODEL_CARD) {
        annotations.put(MODEL_CARD, layers.get(i).descriptor().digest().toString());
      }
    }
    return Collections.unmodifiableSortedMap(annotations);
  }
}
