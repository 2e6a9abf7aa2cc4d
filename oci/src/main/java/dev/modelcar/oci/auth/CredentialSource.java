package dev.modelcar.oci.auth;

/** Finds credentials. It is asked before every request, so what it reads may change at any time. */
@FunctionalInterface
public interface CredentialSource {

  /**
   * The credentials for a repository.
   *
   * @param host with its port, as the user wrote it
   * @param repository below the host
   * @throws dev.modelcar.core.ModelcarException if a file or helper is there but does not work
   */
  Credentials find(String host, String repository);

  /** Nobody in particular. */
  static CredentialSource none() {
    return (host, repository) -> Credentials.anonymous();
  }

  /** This source, and where it finds nothing, another. */
  default CredentialSource orElse(CredentialSource other) {
    return (host, repository) -> {
      Credentials found = find(host, repository);
      return found instanceof Credentials.Anonymous ? other.find(host, repository) : found;
    };
  }
}
