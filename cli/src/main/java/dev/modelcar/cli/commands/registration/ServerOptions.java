package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.ModelRegistry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Model Registry. */
public final class ServerOptions {
  static final String VARIABLE = "MODEL_REGISTRY_URL";

  @Option(
      names = "--model-registry",
      paramLabel = "URL|NAME",
      description =
          "the Model Registry (default: MODEL_REGISTRY_URL, or the one that the cluster of the"
              + " kubeconfig or of this pod has)")
  @Nullable String server;

  boolean isGiven() {
    return server != null;
  }

  /** Opens it; nothing is sent yet, but to a cluster if it has to be found there. */
  ModelRegistry open(Session session, Console console) {
    String named = server == null ? console.environment().variable(VARIABLE) : server;
    if (named.isBlank()) {
      throw Usage.invalid("missing Model Registry: --model-registry URL");
    }
    return session.modelRegistry(named, false);
  }
}
