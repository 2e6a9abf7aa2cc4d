package dev.modelcar.findings.diagnosis;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
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
          "upload-interrupted");

  /** The name of a Service, as clients print it. */
  private static final Pattern SERVICE =
      Pattern.compile("(?<![\\w.-])([a-z0-9][a-z0-9-]*)(?:\\.[a-z0-9-]+\\.svc\\b|:\\d+/)");

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
    Matcher matcher = SERVICE.matcher(String.join("\n", client.evidence()));
    while (matcher.find()) {
      String name = matcher.group(1).replaceFirst("-(?:service|svc)$", "");
      if (pod.equals(name) || pod.startsWith(name + "-")) {
        return true;
      }
    }
    return false;
  }
}
