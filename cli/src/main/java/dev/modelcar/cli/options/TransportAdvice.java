package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Environment;
import dev.modelcar.http.TransportException.Kind;
import java.util.Optional;
import java.util.Set;

/** What helps against failures, given the options of this run: none that was given is advised. */
record TransportAdvice(RegistryOptions options, Environment environment) {
  private static final String EXPIRED = " An expired certificate must be renewed.";

  Optional<String> ofRegistry(Kind kind) {
    return switch (kind) {
      case PLAIN_HTTP ->
          options.plainHttp
              ? Optional.of(
                  "The server speaks plain HTTP, but the reference or a redirect says https://; write"
                      + " http:// before the reference if plain HTTP is intended.")
              : Optional.empty();
      case UNTRUSTED -> untrusted();
      default -> Optional.empty();
    };
  }

  Optional<String> ofHub(Kind kind) {
    return switch (kind) {
      case PLAIN_HTTP ->
          Optional.of(
              "The server speaks plain HTTP; if that is intended, HF_ENDPOINT must begin with"
                  + " http://.");
      case UNTRUSTED ->
          options.tlsVerify
              ? untrusted()
              : Optional.of(
                  untrusted().orElse("Name the certificate authority with --ca-file.")
                      + " Only registries are reached without verification.");
      default -> Optional.empty();
    };
  }

  private Optional<String> untrusted() {
    if (!options.caFiles.isEmpty()) {
      return Optional.of(
          "None of the given authorities has signed this certificate: add the file of the one that"
              + " has."
              + EXPIRED);
    }
    return environment.variable("SSL_CERT_FILE").isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The authorities in SSL_CERT_FILE have not signed this certificate; add the one that has"
                + " with --ca-file."
                + EXPIRED);
  }

  /**
   * About credentials of a registry that are missing or rejected.
   *
   * @param login whether they were typed
   * @param named the registries that the user has named
   */
  Optional<String> ofLogin(String host, boolean login, Set<String> named) {
    if (login) {
      return Optional.of("Check the user name and the password.");
    }
    return options
        .tokenFile(host, named)
        .map(file -> "Check that " + host + " accepts the token in " + file + ", or renew it.")
        .or(() ->
            options
                .authFile()
                .map(file ->
                    "Check the login for "
                        + host
                        + " in "
                        + file
                        + ", or use a file that has one."));
  }
}
