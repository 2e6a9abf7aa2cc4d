package dev.modelcar.oci.registry;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import java.io.IOException;

/**
 * Checks push permission without side effects. Starting an upload would create the repository in
 * some registries, so a push token is requested, and a PATCH is sent to an upload that does not
 * exist: permissions are checked before the upload is looked up.
 */
record PushRights(RepositoryClient repository) {
  private static final Digest NOTHING = Sha256.of(new byte[0]);
  private static final String NO_UPLOAD = "/blobs/uploads/00000000-0000-4000-8000-000000000000";

  /**
   * Asks.
   *
   * @throws ModelcarException as the upload would end with: no credentials, or not enough of them
   */
  void check() {
    String what = "pushing to " + repository.location().name();
    if (repository.host().profile().kind() == RegistryProfile.Kind.QUAY && !mayRead(what)) {
      return;
    }
    Scope scope = Scope.push(repository.name());
    HttpRequest read = repository.request("HEAD", "/blobs/" + NOTHING);
    try (HttpResponse response = repository.send(read, scope, what)) {
      refuse(response, what);
    }
    HttpRequest write = repository.request("PATCH", NO_UPLOAD).with(RequestBody.empty());
    try (HttpResponse response = repository.host().sendOnce(write, repository.name(), scope)) {
      refuse(response, what);
    } catch (IOException e) {
      // The registry has responded before, and has not refused anything.
    }
  }

  /**
   * Quay makes a repository for whoever may, as soon as a token for pushing is asked for. So it is
   * only asked about those that are there to be read; of others it is known that somebody logged
   * in.
   */
  private boolean mayRead(String what) {
    HttpRequest read = repository.request("HEAD", "/blobs/" + NOTHING);
    try (HttpResponse response = repository.send(read, Scope.pull(repository.name()), what)) {
      refuse(response, what);
      return true;
    } catch (ModelcarException e) {
      boolean nobody =
          repository
              .host()
              .authenticator(repository.name())
              .credentialsUsed()
              .equals(Credentials.Anonymous.DESCRIBED);
      if (e.code() == OciError.REGISTRY_DENIED && !nobody) {
        return false;
      }
      throw e;
    }
  }

  /** Everything else is no word about rights. */
  private void refuse(HttpResponse response, String what) {
    if (response.status() == 401 || response.status() == 403) {
      Refusal refusal = Refusal.read(response);
      if (!refusal.html()) {
        throw repository.refused(refusal, what);
      }
    }
  }
}
