package dev.modelcar.oci.registry.auth;

import dev.modelcar.oci.auth.Credentials;
import java.net.URI;
import java.util.Optional;

/** What to ask a token server for, and as whom. */
record TokenRequest(URI realm, Optional<String> service, Scope scope, Credentials credentials) {}
