package dev.modelcar.kubernetes.serving;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an InferenceService says. Equal specs give equal objects, so that applying one changes
 * nothing.
 */
final class ServiceManifest {
  /** Who owns the fields that are set. */
  static final String MANAGER = "modelcar";

  /** The annotation with the image that was served before. */
  static final String PREVIOUS = "modelcar.dev/previous-image";

  private ServiceManifest() {}

  /**
   * The InferenceService of a spec.
   *
   * @param uri of the image, as the mode wants it
   * @param previous the image that was served before
   */
  static GenericKubernetesResource of(
      DeploySpec spec, String uri, Optional<String> previous, String namespace) {
    Map<String, String> annotations = new TreeMap<>();
    // Without it KServe makes an autoscaler beside every service, which changes replicas.
    annotations.put("serving.kserve.io/autoscalerClass", "none");
    previous.ifPresent(image -> annotations.put(PREVIOUS, image));
    annotations.putAll(spec.annotations());
    Map<String, String> labels = new TreeMap<>();
    labels.put("app.kubernetes.io/managed-by", MANAGER);
    labels.put("opendatahub.io/dashboard", "true");
    labels.putAll(spec.labels());
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("modelFormat", Map.of("name", spec.format()));
    spec.runtime().ifPresent(runtime -> model.put("runtime", runtime));
    model.put("storageUri", uri);
    if (!spec.arguments().isEmpty()) {
      model.put("args", spec.arguments());
    }
    if (!spec.requests().isEmpty() || !spec.limits().isEmpty()) {
      model.put("resources", Map.of("requests", spec.requests(), "limits", spec.limits()));
    }
    Map<String, Object> predictor = new LinkedHashMap<>();
    predictor.put("minReplicas", 1);
    predictor.put("maxReplicas", 1);
    spec.pullSecret()
        .ifPresent(name -> predictor.put("imagePullSecrets", List.of(Map.of("name", name))));
    spec.serviceAccount().ifPresent(name -> predictor.put("serviceAccountName", name));
    if (!spec.nodeSelector().isEmpty()) {
      predictor.put("nodeSelector", spec.nodeSelector());
    }
    predictor.put("model", model);
    GenericKubernetesResource service = new GenericKubernetesResource();
    service.setApiVersion("serving.kserve.io/v1beta1");
    service.setKind("InferenceService");
    service.setMetadata(
        new ObjectMetaBuilder()
            .withName(spec.name())
            .withNamespace(namespace)
            .withLabels(labels)
            .withAnnotations(annotations)
            .build());
    service.setAdditionalProperty("spec", Map.of("predictor", predictor));
    return service;
  }
}
