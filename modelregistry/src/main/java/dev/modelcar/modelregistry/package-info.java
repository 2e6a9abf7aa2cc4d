/**
 * A client of the Kubeflow and OpenShift AI Model Registry (REST API v1alpha3).
 *
 * <p>{@link dev.modelcar.modelregistry.ModelRegistry} finds, lists, creates and changes models,
 * their versions, and the versions' artifacts. {@link dev.modelcar.modelregistry.Registrar} is what
 * most callers need: it registers an image so that any number of runs, at once or after a crash,
 * leave one model, one version and one artifact.
 */
@NullMarked
package dev.modelcar.modelregistry;

import org.jspecify.annotations.NullMarked;
