package dev.modelcar.kubernetes.serving;

import dev.modelcar.core.Json;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kind of object that serves an image. */
public enum ServedKind {
  INFERENCE_SERVICE("serving.kserve.io", "v1beta1", "InferenceService", "-predictor"),
  /** Of Kubernetes itself, with a Service of the same name. */
  DEPLOYMENT("apps", "v1", "Deployment", ""),
  /** Of KServe's controller for llm-d; all its releases have this version. */
  LLM_INFERENCE_SERVICE("serving.kserve.io", "v1alpha1", "LLMInferenceService", "-kserve");

  /** The volume of a plain Deployment, and where its image is mounted. */
  static final String VOLUME = "model";

  private final String group;
  private final String version;
  private final String kind;
  private final String suffix;

  ServedKind(String group, String version, String kind, String suffix) {
    this.group = group;
    this.version = version;
    this.kind = kind;
    this.suffix = suffix;
  }

  /** The kind on the command line, and before the name of an object. */
  public String id() {
    return kind.toLowerCase(Locale.ROOT);
  }

  /** As Kubernetes spells it. */
  public String word() {
    return kind;
  }

  public static Optional<ServedKind> ofId(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
  }

  String apiVersion() {
    return group + "/" + version;
  }

  NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      in(Cluster cluster) {
    return cluster.objects(group, version, kind);
  }

  /** The Deployment of the server. */
  String deployment(String name) {
    return name + suffix;
  }

  /** The Service that leads to the server. */
  String service(String name) {
    return this == LLM_INFERENCE_SERVICE ? name + "-kserve-workload-svc" : deployment(name);
  }

  /** The labels of what runs for an object, and of nothing else. */
  Map<String, String> labels(String name) {
    return switch (this) {
      case INFERENCE_SERVICE -> Map.of("serving.kserve.io/inferenceservice", name);
      case DEPLOYMENT -> DeploymentManifest.labels(name);
      case LLM_INFERENCE_SERVICE ->
          Map.of(
              "app.kubernetes.io/name", name,
              "app.kubernetes.io/part-of", "llminferenceservice",
              "app.kubernetes.io/component", "llminferenceservice-workload");
    };
  }

  /** The address of the image that an object names. */
  Optional<String> image(GenericKubernetesResource object) {
    Fields spec = Fields.of(object).at("spec");
    return switch (this) {
      case INFERENCE_SERVICE -> spec.at("predictor", "model").text("storageUri");
      case DEPLOYMENT ->
          spec.at("template", "spec").list("volumes").stream()
              .filter(volume -> volume.text("name").filter(VOLUME::equals).isPresent())
              .flatMap(volume -> volume.at("image").text("reference").stream())
              .findFirst();
      case LLM_INFERENCE_SERVICE -> spec.at("model").text("uri");
    };
  }

  /** What names another image, as a patch. */
  String change(String image) {
    String text = Json.object().textNode(image).toString();
    return switch (this) {
      case INFERENCE_SERVICE -> "{\"predictor\":{\"model\":{\"storageUri\":%s}}}".formatted(text);
      case DEPLOYMENT ->
          "{\"template\":{\"spec\":{\"volumes\":[{\"name\":\"%s\",\"image\":{\"reference\":%s}}]}}}"
              .formatted(VOLUME, text);
      case LLM_INFERENCE_SERVICE -> "{\"model\":{\"uri\":%s}}".formatted(text);
    };
  }
}
