package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.cluster.ModelRegistryServices;
import dev.modelcar.modelregistry.ModelRegistry;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Model Registry. */
public final class ServerOptions {
  static final String VARIABLE = "MODEL_REGISTRY_URL";

  /** The name of a Service in the cluster; a URL has other characters. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  @Option(
      names = "--model-registry",
      paramLabel = "URL|NAME",
      description =
          "the Model Registry (default: MODEL_REGISTRY_URL, or the one that the cluster of the"
              + " kubeconfig or of this pod has)")
  @Nullable String server;

  public boolean isGiven() {
    return server != null;
  }

  /** Opens it; nothing is sent yet, but to a cluster if it has to be found there. */
  public ModelRegistry open(Session session, Console console) {
    String named = server == null ? "" : server;
    if (named.isBlank()) {
      named = console.environment().variable(VARIABLE);
    }
    if (!named.isBlank() && !NAME.matcher(named).matches()) {
      return session.modelRegistry(named, false);
    }
    boolean inside = !console.environment().variable("KUBERNETES_SERVICE_HOST").isEmpty();
    Optional<String> name = Optional.of(named).filter(text -> !text.isBlank());
    try (Cluster cluster = Cluster.connect(Optional.empty())) {
      String url = new ModelRegistryServices(cluster).url(name, inside);
      console.note("Model Registry found in the cluster: " + url);
      return session.modelRegistry(url, true);
    } catch (ModelcarException e) {
      throw e.code() instanceof ClusterError
          ? e.advising(ClusterError.CLUSTER_MODEL_REGISTRY_NOT_FOUND.hint())
          : e;
    }
  }
}
