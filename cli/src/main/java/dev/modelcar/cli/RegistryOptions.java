package dev.modelcar.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How registries are reached. */
final class RegistryOptions {
  @Option(
      names = "--plain-http",
      description = "talk to the registries without TLS (or write http:// before a reference)")
  boolean plainHttp;

  @Option(
      names = "--tls-verify",
      arity = "1",
      paramLabel = "true|false",
      description = "whether certificates are checked (default: ${DEFAULT-VALUE})")
  boolean tlsVerify = true;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "trust these certificate authorities (PEM) as well; repeatable")
  List<Path> caFiles = new ArrayList<>();

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "the auth file to use instead of podman's and docker's")
  @Nullable Path authFile;
}
