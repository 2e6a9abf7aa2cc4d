/**
 * Who we are to a registry: auth files, credential helpers and service account tokens, found as
 * podman, docker and Kubernetes keep them. Nothing is read once and kept.
 */
@NullMarked
package dev.modelcar.oci.auth;

import org.jspecify.annotations.NullMarked;
