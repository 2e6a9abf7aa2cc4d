package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.KubeObject;
import java.util.List;
import java.util.Locale;

/** The kinds of KServe that serve models, and what belongs to an object of them. */
final class Served {
  static final String SERVICE = "InferenceService";

  /** Of KServe's controller for llm-d. */
  static final String LLM = "LLMInferenceService";

  static final List<String> KINDS = List.of(SERVICE, LLM);

  private static final String LABEL = "serving.kserve.io/inferenceservice";

  private Served() {}

  static boolean is(KubeObject object) {
    return KINDS.contains(object.kind());
  }

  /** Whether a finding is about such an object. */
  static boolean isReferredTo(String reference) {
    return KINDS.stream()
        .anyMatch(kind -> reference.startsWith(kind.toLowerCase(Locale.ROOT) + "/"));
  }

  /** Whether a pod, or what makes pods, was made for a service. */
  static boolean isOf(KubeObject service, KubeObject object) {
    if (object.isOwnedBy(service.kind(), service.name())) {
      return true;
    }
    String named = name(service.kind(), object);
    return named.isEmpty() ? isNamedAfter(service, object) : named.equals(service.name());
  }

  /** The service of a kind that the labels of an object name; empty if they name none. */
  static String name(String kind, KubeObject object) {
    if (kind.equals(SERVICE)) {
      return object.label(LABEL);
    }
    return object.label("app.kubernetes.io/part-of").equals("llminferenceservice")
        ? object.label("app.kubernetes.io/name")
        : "";
  }

  /**
   * Deployments are named by KServe; of a pod that kubectl described, the labels may be cut off.
   */
  private static boolean isNamedAfter(KubeObject service, KubeObject object) {
    String prefix =
        service.name()
            + (service.kind().equals(LLM)
                ? "-kserve"
                : object.kind().equals("Deployment") ? "-predictor" : "-");
    return switch (object.kind()) {
      case "Deployment" -> object.name().equals(prefix);
      case "Pod" ->
          object.name().startsWith(prefix)
              && (Standalone.isPrinted(object) || service.kind().equals(LLM));
      default -> false;
    };
  }
}
