package dev.modelcar.oci.auth;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Runs {@code docker-credential-NAME} (docker-credential-helpers, "Development"): the server on
 * standard input, a JSON document on standard output.
 */
final class CredentialHelper {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final String IDENTITY_TOKEN_USER = "<token>";
  private static final int MAX_OUTPUT = 1 << 20;

  private final Map<String, String> environment;
  private final Duration limit;

  CredentialHelper(Map<String, String> environment, Duration limit) {
    this.environment = environment;
    this.limit = limit;
  }

  /** What the helper knows of a server. */
  Credentials get(String name, String server) {
    String output = run(name, "get", server);
    if (output.contains("credentials not found")) {
      return Credentials.anonymous();
    }
    try {
      var json = Json.parse(output);
      String user = Json.text(json, "Username").orElse("");
      Optional<String> secret = Json.text(json, "Secret");
      if (user.isEmpty() && secret.filter(String::isEmpty).isPresent()) {
        return Credentials.anonymous();
      }
      if (secret.isPresent()) {
        String origin = "the credential helper " + name;
        return user.equals(IDENTITY_TOKEN_USER)
            ? new Credentials.IdentityToken(secret.get(), origin)
            : new Credentials.Password(user, secret.get(), origin);
      }
    } catch (InvalidJsonException e) {
      // Said below: the output may hold a secret.
    }
    throw failed(name, "did not return credentials");
  }

  /** Has the helper keep credentials. */
  void store(String name, String server, String user, String secret) {
    String document =
        new String(
            Json.bytes(
                Json.object().put("ServerURL", server).put("Username", user).put("Secret", secret)),
            StandardCharsets.UTF_8);
    run(name, "store", document);
  }

  /** Has the helper forget what it knows of a server. */
  void erase(String name, String server) {
    run(name, "erase", server);
  }

  private String run(String name, String action, String input) {
    if (!NAME.matcher(name).matches()) {
      throw failed(name.replaceAll("[^A-Za-z0-9._-]", "?"), "has an invalid name");
    }
    String program =
        find("docker-credential-" + name)
            .orElseThrow(() ->
                failed(name, "cannot be started: is docker-credential-" + name + " on the PATH?"));
    ProcessBuilder builder = new ProcessBuilder(program, action);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw failed(name, "cannot be started");
    }
    try {
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(
                      process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  return "";
                }
              },
              task -> Thread.ofPlatform().daemon().start(task));
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It may have ended without reading; its exit code says how.
      }
      String text = output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(name, "did not exit");
      }
      if (process.exitValue() != 0 && !text.contains("credentials not found")) {
        throw failed(name, "failed with exit code " + process.exitValue());
      }
      return text.strip();
    } catch (TimeoutException e) {
      throw failed(name, "did not respond within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failed(name, "closed its output unexpectedly");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(
          CoreError.STOPPED, "stopped while running a credential helper", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A program on the path of the given environment, which need not be this process's own. */
  private Optional<String> find(String program) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static ModelcarException failed(String name, String how) {
    return new ModelcarException(
        OciError.CREDENTIAL_HELPER_FAILED, "the credential helper " + name + " " + how);
  }
}
