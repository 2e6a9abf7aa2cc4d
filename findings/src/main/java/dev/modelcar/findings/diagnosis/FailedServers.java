package dev.modelcar.findings.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server that does not respond may stand in the same case, with why it does not: then that is the
 * cause, and what its client says follows from it.
 */
final class FailedServers {
  private static final Set<String> OF_CLIENTS =
      Set.of(
          "model-registry-unreachable",
          "server-unreachable",
          "registry-server-error",
          "upload-interrupted",
          "object-storage-unreachable",
          "server-too-slow",
          "server-failed",
          "database-unreachable");

  /** What listens at ports of which clients print the address only, and how such pods are named. */
  private static final Map<String, Pattern> BY_PORT =
      Map.of(
          "5432", Pattern.compile("postgres|\\bpg\\b|\\bdb\\b|database"),
          "3306", Pattern.compile("mysql|mariadb|\\bdb\\b|database"),
          "6379", Pattern.compile("redis|valkey|cache"),
          "9000", Pattern.compile("minio|\\bs3\\b|storage"),
          "27017", Pattern.compile("mongo"));

  private static final Pattern PORT =
      Pattern.compile("[\\d.]{7,}:(\\d{4,5})\\b|port (\\d{4,5})\\b");

  /** The name of a Service, as clients print it. */
  private static final Pattern SERVICE =
      Pattern.compile(
          "(?<![\\w.-])([a-z0-9][a-z0-9-]*)(?:\\.[a-z0-9-]+\\.svc\\b|:\\d+/)|(?:server on|server at|host=) ?['\"]([a-z0-9][a-z0-9-]*)");

  private FailedServers() {}

  /** Exchanges the roles where that holds. */
  static void blame(List<Finding> findings) {
    for (int i = 0; i < findings.size(); i++) {
      Finding client = findings.get(i);
      if (client.role() != Role.CAUSE || !OF_CLIENTS.contains(client.rule())) {
        continue;
      }
      for (int j = 0; j < findings.size(); j++) {
        Finding server = findings.get(j);
        if (server.role() == Role.NOTE
            && server.object().startsWith("pod/")
            && isOf(client, server.object().substring("pod/".length()))) {
          findings.set(j, server.as(Role.CAUSE));
          findings.set(i, client.as(Role.CONSEQUENCE));
          return;
        }
      }
    }
  }

  private static boolean isOf(Finding client, String pod) {
    String said = String.join("\n", client.evidence());
    return SERVICE
            .matcher(said)
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .map(name -> name.replaceFirst("-(?:service|svc)$", ""))
            .anyMatch(name -> pod.equals(name) || pod.startsWith(name + "-"))
        || PORT.matcher(said)
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .flatMap(port -> Optional.ofNullable(BY_PORT.get(port)).stream())
            .anyMatch(words -> words.matcher(pod).find());
  }
}
