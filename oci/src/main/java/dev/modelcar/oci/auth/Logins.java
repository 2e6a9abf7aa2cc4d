package dev.modelcar.oci.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what {@link AuthFiles} reads: the entry of one registry in an auth file of podman or
 * docker, or what a credential helper keeps in its place. All else in the file stays. Files are
 * replaced whole and can be read by their owner alone.
 */
public final class Logins {
  private final AuthFiles files;

  /**
   * @param explicitFile what the user named on the command line
   */
  public Logins(Map<String, String> environment, Optional<Path> explicitFile) {
    this.files = AuthFiles.of(environment, explicitFile);
  }

  /**
   * Keeps a password.
   *
   * @return where it is kept, for messages
   */
  public String login(String host, String user, String password) {
    Path file = files.fileFor(host);
    ObjectNode json = read(file);
    Optional<AuthFile.Helper> helper =
        AuthFile.parse(file.toString(), Json.bytes(json)).helper(host);
    ObjectNode auths = auths(json);
    if (helper.isPresent()) {
      files.helpers().store(helper.get().name(), helper.get().server(), user, password);
      auths.putObject(helper.get().server());
      write(file, json);
      return "the credential helper " + helper.get().name();
    }
    String pair = user + ":" + password;
    ObjectNode entry = auths.putObject(AuthFile.key(host));
    entry.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    write(file, json);
    return file.toString();
  }

  /**
   * Forgets what is kept of a registry.
   *
   * @return where it was kept; empty if nowhere
   */
  public List<String> logout(String host) {
    List<String> places = new ArrayList<>();
    for (Path file : files.existing()) {
      ObjectNode json = read(file);
      Optional<AuthFile.Helper> helper =
          AuthFile.parse(file.toString(), Json.bytes(json)).helper(host);
      ObjectNode auths = auths(json);
      List<String> keys = new ArrayList<>();
      auths
          .fieldNames()
          .forEachRemaining(key -> {
            if (AuthFile.isFor(key, host)) {
              keys.add(key);
            }
          });
      boolean kept =
          helper.isPresent()
              && !(files.helpers().get(helper.get().name(), helper.get().server())
                  instanceof Credentials.Anonymous);
      if (kept) {
        files.helpers().erase(helper.get().name(), helper.get().server());
        places.add("the credential helper " + helper.get().name());
      }
      if (!keys.isEmpty()) {
        auths.remove(keys);
        write(file, json);
        places.add(file.toString());
      }
    }
    return places;
  }

  private static ObjectNode auths(ObjectNode json) {
    return json.get("auths") instanceof ObjectNode there ? there : json.putObject("auths");
  }

  private static ObjectNode read(Path file) {
    try {
      byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      JsonNode json =
          new String(bytes, StandardCharsets.UTF_8).isBlank() ? Json.object() : Json.parse(bytes);
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw new ModelcarException(
          OciError.CREDENTIALS_INVALID, "the auth file " + file + " is not a JSON object");
    } catch (InvalidJsonException e) {
      throw new ModelcarException(
          OciError.CREDENTIALS_INVALID, "the auth file " + file + " is not JSON", e);
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.CREDENTIALS_INVALID, "the auth file " + file + " cannot be read", e);
    }
  }

  /** A link stays a link: what it points to is replaced. */
  private static void write(Path file, ObjectNode json) {
    try {
      Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Path folder = java.util.Objects.requireNonNull(real.getParent());
      Files.createDirectories(folder);
      Path fresh =
          Files.createTempFile(
              folder,
              ".auth",
              ".json",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(fresh, Json.pretty(json) + "\n");
        Files.move(
            fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.TARGET_NOT_WRITABLE,
          "the auth file %s cannot be written: %s".formatted(file, e.getMessage()),
          e);
    }
  }
}
