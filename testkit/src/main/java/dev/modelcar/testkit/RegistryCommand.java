package dev.modelcar.testkit;

import dev.modelcar.testkit.registry.TokenServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command lines and configurations of the registries. */
final class RegistryCommand {
  private RegistryCommand() {}

  static ChildProcess.Command of(
      RealRegistry registry, Path folder, RegistryOptions options, int port) throws IOException {
    List<String> words =
        switch (registry.kind()) {
          case OLAREG -> olareg(registry.program(), folder, options, port);
          case CRANE -> crane(registry.program(), folder, options, port);
          case DISTRIBUTION_2, DISTRIBUTION_3 ->
              distribution(registry.program(), folder, options, port);
        };
    return ChildProcess.Command.in(folder, words)
        .withEnvironment(Map.of("OTEL_TRACES_EXPORTER", "none"));
  }

  private static List<String> olareg(Path program, Path folder, RegistryOptions options, int port)
      throws IOException {
    if (options.password() || options.tokens().isPresent()) {
      throw new IllegalArgumentException("olareg lets everybody in");
    }
    Path storage = Files.createDirectories(folder.resolve("storage"));
    List<String> words = new ArrayList<>();
    words.addAll(List.of(program.toString(), "serve", "--addr", options.bindAddress()));
    words.addAll(List.of("--port", Integer.toString(port), "--dir", storage.toString()));
    if (options.deletes()) {
      words.addAll(List.of("--api-delete", "--api-blob-delete"));
    }
    Optional<TestTls> tls = options.tls();
    if (tls.isPresent()) {
      words.addAll(List.of("--tls-cert", tls.get().serverCert().toString()));
      words.addAll(List.of("--tls-key", tls.get().serverKey().toString()));
    }
    return words;
  }

  private static List<String> crane(Path program, Path folder, RegistryOptions options, int port)
      throws IOException {
    if (options.password() || options.tokens().isPresent() || options.tls().isPresent()) {
      throw new IllegalArgumentException("crane lets everybody in, without TLS");
    }
    Path storage = Files.createDirectories(folder.resolve("storage"));
    return List.of(
        program.toString(),
        "registry",
        "serve",
        "--address",
        options.bindAddress() + ":" + port,
        "--disk",
        storage.toString());
  }

  private static List<String> distribution(
      Path program, Path folder, RegistryOptions options, int port) throws IOException {
    if (options.password() && options.tokens().isPresent()) {
      throw new IllegalArgumentException("passwords and tokens exclude each other");
    }
    StringBuilder yaml = new StringBuilder(512);
    yaml.append(
        """
        version: 0.1
        log:
          level: warn
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: %s
          maintenance:
            uploadpurging:
              enabled: false
        http:
          addr: %s:%d
          secret: the same after a restart
        """
            .formatted(folder.resolve("storage"), options.deletes(), options.bindAddress(), port));
    if (options.tls().isPresent()) {
      yaml.append(tlsSection(options.tls().get()));
    }
    if (options.password()) {
      Path passwords = Files.writeString(folder.resolve("htpasswd"), RegistryOptions.HTPASSWD);
      yaml.append(
          """
          auth:
            htpasswd:
              realm: registry
              path: %s
          """
              .formatted(passwords));
    }
    if (options.tokens().isPresent()) {
      yaml.append(tokenSection(options.tokens().get()));
    }
    Path configuration = Files.writeString(folder.resolve("config.yml"), yaml);
    return List.of(program.toString(), "serve", configuration.toString());
  }

  private static String tlsSection(TestTls tls) {
    return """
      tls:
        certificate: %s
        key: %s
    """
        .formatted(tls.serverCert(), tls.serverKey());
  }

  private static String tokenSection(TokenServer tokens) {
    return """
    auth:
      token:
        realm: %s
        service: %s
        issuer: %s
        rootcertbundle: %s
    """
        .formatted(tokens.realm(), tokens.service(), tokens.issuer(), tokens.certificateBundle());
  }
}
