package dev.modelcar.kubernetes.collect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.diagnosis.Probes;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.kubernetes.cluster.AuthData;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.cluster.Fields;
import dev.modelcar.oci.auth.LoginHosts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the probes of findings on a cluster, those that only read: events and logs of a pod, and
 * which registry logins it has. Of Secrets, only the hosts that they have logins for are told.
 */
public final class Prober implements AutoCloseable {
  private static final Pattern EVENTS =
      Pattern.compile("kubectl -n \\S+ get events --field-selector involvedObject\\.name=(\\S+)");
  private static final Pattern LOGS =
      Pattern.compile("kubectl -n \\S+ logs (\\S+) -c (\\S+)( --timestamps| --previous)?");
  private static final Pattern LOGINS =
      Pattern.compile("kubectl -n \\S+ get pod (\\S+) -o jsonpath='.*secretName}'");

  private final Cluster cluster;

  Prober(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Connects to the cluster of the kubeconfig. */
  public static Prober connect(Optional<String> namespace) {
    return new Prober(Cluster.connect(namespace));
  }

  /** Runs a probe as findings print it. */
  public Probes.Outcome run(String probe) {
    Matcher events = EVENTS.matcher(probe);
    Matcher logs = LOGS.matcher(probe);
    Matcher logins = LOGINS.matcher(probe);
    try {
      if (events.matches()) {
        return new Probes.Outcome(events(events.group(1)), "");
      }
      if (logs.matches()) {
        return new Probes.Outcome(log(logs.group(1), logs.group(2), logs.group(3)), "");
      }
      if (logins.matches()) {
        return new Probes.Outcome(logins(logins.group(1)), "");
      }
    } catch (ModelcarException e) {
      return new Probes.Outcome(List.of(), String.valueOf(e.getMessage()));
    }
    return new Probes.Outcome(List.of(), "it does more than read the cluster; run it yourself");
  }

  private List<String> events(String pod) {
    return cluster.attempt(
        "listing events",
        () ->
            cluster
                .client()
                .v1()
                .events()
                .inNamespace(cluster.namespace())
                .list()
                .getItems()
                .stream()
                .filter(event -> event.getInvolvedObject() != null)
                .filter(event -> pod.equals(event.getInvolvedObject().getName()))
                .map(event -> event.getReason() + ": " + event.getMessage())
                .toList());
  }

  private List<String> log(String pod, String container, @Nullable String how) {
    ContainerResource resource = cluster.container(pod, container);
    String text =
        cluster.attempt(
            "reading the log of %s %s".formatted(pod, container),
            () ->
                " --previous".equals(how)
                    ? resource.terminated().tailingLines(2000).getLog()
                    : resource.usingTimestamps().tailingLines(1).getLog());
    List<String> lines = text.lines().toList();
    return " --timestamps".equals(how) && !lines.isEmpty()
        ? List.of(silence(pod, container, lines.getLast()))
        : lines;
  }

  /** How long it printed nothing before it ended, or until now. */
  private String silence(String pod, String container, String line) {
    Instant end =
        object(
                "pod " + pod,
                cluster.client().pods().inNamespace(cluster.namespace()).withName(pod).get())
            .list("status", "containerStatuses")
            .stream()
            .filter(status -> status.text("name").equals(container))
            .flatMap(status -> status.time("state", "terminated", "finishedAt").stream())
            .findFirst()
            .orElseGet(Instant::now);
    try {
      Instant last = OffsetDateTime.parse(line.split(" ", 2)[0]).toInstant();
      return "silent for %d s before its end; its last line: %s"
          .formatted(Duration.between(last, end).toSeconds(), line);
    } catch (DateTimeParseException e) {
      return line;
    }
  }

  private KubeObject object(String what, @Nullable HasMetadata found) {
    if (found == null) {
      throw new ModelcarException(
          ClusterError.CLUSTER_OBJECT_NOT_FOUND, what + " is no longer there");
    }
    return new KubeObject(
        cluster.client().getKubernetesSerialization().convertValue(found, JsonNode.class));
  }

  /** The registry logins of a pod: those it mounts, and those of its ServiceAccount. */
  private List<String> logins(String name) {
    KubeObject pod =
        cluster.attempt(
            "reading pod " + name,
            () ->
                object(
                    "pod " + name,
                    cluster.client().pods().inNamespace(cluster.namespace()).withName(name).get()));
    Set<String> secrets = new LinkedHashSet<>();
    for (KubeObject volume : pod.list("spec", "volumes")) {
      secrets.add(volume.text("secret", "secretName"));
      volume
          .list("projected", "sources")
          .forEach(source -> secrets.add(source.text("secret", "name")));
    }
    String account = pod.text("spec", "serviceAccountName");
    cluster
        .findIfAllowed("ServiceAccount", account.isEmpty() ? "default" : account)
        .map(found -> new Fields(found.getAdditionalProperties()))
        .ifPresent(found ->
            found.list("secrets").forEach(each -> each.text("name").ifPresent(secrets::add)));
    secrets.remove("");
    List<String> lines = new ArrayList<>();
    for (String secret : secrets) {
      Optional<GenericKubernetesResource> found = cluster.findIfAllowed("Secret", secret);
      if (found.isEmpty()) {
        return List.of("secret/" + secret + " cannot be read by this user");
      }
      Set<String> hosts = hosts(new Fields(found.get().getAdditionalProperties()).at("data"));
      if (!hosts.isEmpty()) {
        lines.add("secret/%s has a login for %s".formatted(secret, String.join(", ", hosts)));
      }
    }
    return lines.isEmpty()
        ? List.of("pod/%s has no login for any registry".formatted(name))
        : lines;
  }

  private static Set<String> hosts(Fields data) {
    Set<String> hosts = new TreeSet<>();
    AuthData.of(data)
        .forEach((file, content) -> {
          try {
            hosts.addAll(LoginHosts.of(file, content).hosts());
          } catch (ModelcarException e) {
            // What is no auth file has no login.
          }
        });
    return hosts;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
