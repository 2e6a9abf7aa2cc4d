package dev.modelcar.kubernetes.tekton;

import java.util.Map;

/**
 * A pipeline that a run takes from a Tekton bundle instead of the namespace.
 *
 * @param bundle the image by its digest
 * @param spec of the pipeline, as the bundle has it
 */
public record BundledPipeline(String bundle, Map<String, Object> spec) {}
