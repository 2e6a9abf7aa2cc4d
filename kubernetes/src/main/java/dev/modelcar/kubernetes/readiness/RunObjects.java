package dev.modelcar.kubernetes.readiness;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.AuthData;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Fields;
import dev.modelcar.kubernetes.readiness.Needs.Reference;
import dev.modelcar.oci.auth.LoginHosts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The objects that a run refers to: whether they exist, and hold what is needed. */
final class RunObjects {
  private static final Map<String, String> RULES =
      Map.of(
          "ServiceAccount", "service-account-missing",
          "Secret", "secret-missing",
          "ConfigMap", "config-map-missing",
          "PersistentVolumeClaim", "claim-missing",
          "Task", "task-not-found",
          "Pipeline", "task-not-found");

  private final Cluster cluster;
  private final Needs needs;
  private final List<Answer> answers = new ArrayList<>();

  RunObjects(Cluster cluster, Needs needs) {
    this.cluster = cluster;
    this.needs = needs;
  }

  List<Answer> check(Supplier<OptionalLong> bytes) {
    Reference account = new Reference("ServiceAccount", needs.account(), Optional.empty());
    find(account).ifPresent(this::pullSecrets);
    for (Reference reference : needs.references()) {
      Optional<GenericKubernetesResource> found = find(reference);
      switch (reference.kind()) {
        case "Secret" -> found.ifPresent(object -> data(reference, object));
        case "ConfigMap" -> found.ifPresent(object -> key(reference, fields(object).at("data")));
        case "PersistentVolumeClaim" ->
            found.ifPresent(object -> claim(reference, object, bytes.get()));
        default -> {}
      }
    }
    return answers;
  }

  private static Fields fields(GenericKubernetesResource object) {
    return new Fields(object.getAdditionalProperties());
  }

  private static String name(Reference reference) {
    return reference.kind().toLowerCase(Locale.ROOT) + "/" + reference.name();
  }

  private Optional<GenericKubernetesResource> find(Reference reference) {
    String rule = RULES.getOrDefault(reference.kind(), "task-not-found");
    String object = name(reference);
    try {
      Optional<GenericKubernetesResource> found =
          reference.kind().equals("Task") || reference.kind().equals("Pipeline")
              ? Optional.of(cluster.find(reference.kind(), reference.name()))
              : cluster.findIfAllowed(reference.kind(), reference.name());
      if (found.filter(each -> each.getMetadata().getDeletionTimestamp() != null).isPresent()) {
        answers.add(
            Answer.error(
                rule,
                object,
                "is being deleted",
                "it goes once no pod uses it, finished ones too"));
        return Optional.empty();
      }
      answers.add(
          Answer.good(rule, object, found.isPresent() ? "exists" : "cannot be seen by this user"));
      return found;
    } catch (ModelcarException e) {
      answers.add(Answer.error(rule, object, "is missing", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** A pull secret that is missing is passed over in silence by the kubelet. */
  private void pullSecrets(GenericKubernetesResource account) {
    for (Fields secret : fields(account).list("imagePullSecrets")) {
      secret
          .text("name")
          .ifPresent(name -> {
            try {
              var _ = cluster.findIfAllowed("Secret", name);
            } catch (ModelcarException e) {
              answers.add(
                  Answer.warning(
                      "secret-missing",
                      "secret/" + name,
                      "is missing, and is a pull secret of serviceaccount/" + needs.account(),
                      String.valueOf(e.getMessage())));
            }
          });
    }
  }

  private boolean key(Reference reference, Fields data) {
    if (reference.key().isEmpty() || data.text(reference.key().get()).isPresent()) {
      return true;
    }
    answers.add(
        Answer.error(
            "key-missing",
            name(reference),
            "has no key " + reference.key().get(),
            "its keys: " + String.join(", ", new TreeSet<>(data.map().keySet()))));
    return false;
  }

  private void data(Reference reference, GenericKubernetesResource secret) {
    Fields data = fields(secret).at("data");
    if (!key(reference, data)) {
      return;
    }
    if (reference.key().isPresent()
        && data.text(reference.key().get()).filter(String::isEmpty).isPresent()) {
      answers.add(
          Answer.error(
              "key-missing", name(reference), "key " + reference.key().get() + " is empty", ""));
    }
    AuthData.of(data).forEach((file, content) -> logins(reference, file, content));
  }

  private void logins(Reference reference, String file, byte[] content) {
    try {
      LoginHosts logins = LoginHosts.of(file, content);
      List<String> without =
          needs.registries().stream().filter(host -> !logins.has(host)).sorted().toList();
      if (!without.isEmpty()) {
        answers.add(
            Answer.warning(
                "secret-without-login",
                name(reference),
                "has no login for " + String.join(", ", without),
                logins.hosts().isEmpty()
                    ? "it has none"
                    : "it has those of " + String.join(", ", new TreeSet<>(logins.hosts()))));
      }
    } catch (ModelcarException e) {
      answers.add(
          Answer.error(
              "secret-without-login",
              name(reference),
              "no client finds a login in it",
              String.valueOf(e.getMessage())));
    }
  }

  private void claim(Reference reference, GenericKubernetesResource claim, OptionalLong bytes) {
    Fields status = fields(claim).at("status");
    String phase = status.text("phase").orElse("");
    if (phase.equals("Lost")) {
      answers.add(
          Answer.error(
              "claim-unbound", name(reference), "has lost its volume", "its phase is Lost"));
      return;
    }
    boolean bound = phase.equals("Bound");
    Optional<Long> capacity =
        (bound ? status.at("capacity") : fields(claim).at("spec").at("resources").at("requests"))
            .text("storage")
            .flatMap(RunObjects::bytes);
    if (capacity.isPresent() && bytes.isPresent() && capacity.get() < bytes.getAsLong()) {
      answers.add(
          Answer.error(
              "claim-too-small",
              name(reference),
              "is too small for the image",
              "%s, the image has %s"
                  .formatted(ByteSize.format(capacity.get()), ByteSize.format(bytes.getAsLong()))));
    } else if (!bound) {
      answers.add(
          Answer.good(
              "claim-unbound",
              name(reference),
              "is not bound yet, which some storage does when the first pod comes"));
    }
  }

  private static Optional<Long> bytes(String text) {
    try {
      return Optional.of(Quantity.getAmountInBytes(new Quantity(text)).longValue());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
