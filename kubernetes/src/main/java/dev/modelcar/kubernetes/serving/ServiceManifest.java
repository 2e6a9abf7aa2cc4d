package dev.modelcar.kubernetes.serving;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an InferenceService or LLMInferenceService says. Equal specs give equal objects, so that
 * applying one changes nothing.
 */
final class ServiceManifest {
  /** Who owns the fields that are set. */
  static final String MANAGER = "modelcar";

  /** The annotation with the image that was served before. */
  static final String PREVIOUS = "modelcar.dev/previous-image";

  private ServiceManifest() {}

  /**
   * The InferenceService or LLMInferenceService of a spec.
   *
   * @param uri of the image, as the mode wants it
   * @param previous the image that was served before
   */
  static GenericKubernetesResource of(
      DeploySpec spec, String uri, Optional<String> previous, String namespace) {
    Map<String, String> annotations = new TreeMap<>();
    // Without it KServe makes an autoscaler beside every service, which changes replicas.
    if (spec.kind() == ServedKind.INFERENCE_SERVICE) {
      annotations.put("serving.kserve.io/autoscalerClass", "none");
    }
    previous.ifPresent(image -> annotations.put(PREVIOUS, image));
    annotations.putAll(spec.annotations());
    Map<String, String> labels = new TreeMap<>();
    labels.put("app.kubernetes.io/managed-by", MANAGER);
    labels.put("opendatahub.io/dashboard", "true");
    labels.putAll(spec.labels());
    GenericKubernetesResource service = new GenericKubernetesResource();
    service.setApiVersion(spec.kind().apiVersion());
    service.setKind(spec.kind().word());
    service.setMetadata(
        new ObjectMetaBuilder()
            .withName(spec.name())
            .withNamespace(namespace)
            .withLabels(labels)
            .withAnnotations(annotations)
            .build());
    service.setAdditionalProperty(
        "spec",
        spec.kind() == ServedKind.INFERENCE_SERVICE
            ? Map.of("predictor", predictor(spec, uri))
            : llm(spec, uri));
    return service;
  }

  private static Map<String, Object> predictor(DeploySpec spec, String uri) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("modelFormat", Map.of("name", spec.format()));
    spec.runtime().ifPresent(runtime -> model.put("runtime", runtime));
    model.put("storageUri", uri);
    if (!spec.arguments().isEmpty()) {
      model.put("args", spec.arguments());
    }
    resources(spec, model);
    Map<String, Object> predictor = new LinkedHashMap<>();
    predictor.put("minReplicas", 1);
    predictor.put("maxReplicas", 1);
    pod(spec, predictor);
    predictor.put("model", model);
    return predictor;
  }

  /** Without a router, which needs a gateway. What others add stays. */
  private static Map<String, Object> llm(DeploySpec spec, String uri) {
    Map<String, Object> main = new LinkedHashMap<>();
    main.put("name", "main");
    if (!spec.arguments().isEmpty()) {
      // KServe's template evaluates this in a shell; arguments of the container would replace it.
      String words =
          spec.arguments().stream().map(ServiceManifest::quoted).collect(Collectors.joining(" "));
      main.put("env", List.of(Map.of("name", "VLLM_ADDITIONAL_ARGS", "value", words)));
    }
    resources(spec, main);
    Map<String, Object> template = new LinkedHashMap<>();
    pod(spec, template);
    template.put("containers", List.of(main));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("model", Map.of("uri", uri, "name", spec.name()));
    all.put("replicas", 1);
    all.put("template", template);
    return all;
  }

  private static String quoted(String word) {
    return word.matches("[-\\w./:=@%+,]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static void resources(DeploySpec spec, Map<String, Object> container) {
    if (!spec.requests().isEmpty() || !spec.limits().isEmpty()) {
      container.put("resources", Map.of("requests", spec.requests(), "limits", spec.limits()));
    }
  }

  private static void pod(DeploySpec spec, Map<String, Object> pod) {
    spec.pullSecret().ifPresent(name -> pod.put("imagePullSecrets", List.of(Map.of("name", name))));
    spec.serviceAccount().ifPresent(name -> pod.put("serviceAccountName", name));
    if (!spec.nodeSelector().isEmpty()) {
      pod.put("nodeSelector", spec.nodeSelector());
    }
  }
}
