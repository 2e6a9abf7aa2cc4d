package dev.modelcar.kubernetes.readiness;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.serving.ServingSupport;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tekton and KServe: whether the cluster has them, their versions, and how they are set up. */
final class Installed {
  /** Of Tekton itself, and of OpenShift Pipelines. */
  private static final List<String> TEKTON_NAMESPACES =
      List.of("tekton-pipelines", "openshift-pipelines");

  /** The first with fields that the tasks have: computeResources and parameters of type array. */
  private static final int OLDEST_MINOR = 50;

  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4}).*");

  private final Cluster cluster;

  Installed(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Answer> check(Needs needs) {
    List<Answer> answers = new ArrayList<>();
    answers.add(tekton());
    needs.serving().ifPresent(_ -> answers.add(kserve()));
    return answers;
  }

  private boolean serves(String group) {
    return cluster.attempt(
        "listing the API groups", () -> cluster.client().hasApiGroup(group, false));
  }

  private Answer tekton() {
    if (!serves("tekton.dev")) {
      return Answer.error(
          "task-not-found", "cluster", "has no Tekton", "the API group tekton.dev is not served");
    }
    Optional<String> version = setting("pipelines-info", "version");
    String said = "Tekton " + version.orElse("of a version that may not be read");
    return version.filter(Installed::isTooOld).isPresent()
        ? Answer.warning(
            "tekton-too-old", "cluster", said, "the tasks were written for 0.50 and newer")
        : Answer.good("tekton-too-old", "cluster", said);
  }

  /** A value of a ConfigMap of Tekton's, if it is there and the user may read it. */
  Optional<String> setting(String map, String key) {
    return TEKTON_NAMESPACES.stream()
        .flatMap(namespace ->
            Permitted.read(
                cluster,
                "reading Tekton's " + map,
                () -> cluster.client().configMaps().inNamespace(namespace).withName(map).get())
                .stream())
        .map(ConfigMap::getData)
        .flatMap(data -> Optional.ofNullable(data).map(all -> all.get(key)).stream())
        .findFirst();
  }

  private static boolean isTooOld(String version) {
    Matcher numbers = VERSION.matcher(version);
    return numbers.matches()
        && numbers.group(1).equals("0")
        && Integer.parseInt(numbers.group(2)) < OLDEST_MINOR;
  }

  private Answer kserve() {
    String rule = "serve-refused-by-kserve";
    if (!serves("serving.kserve.io")) {
      return Answer.error(
          rule, "cluster", "has no KServe", "the API group serving.kserve.io is not served");
    }
    try {
      return Answer.good(rule, "cluster", "KServe serves images in " + ServingSupport.of(cluster));
    } catch (ModelcarException e) {
      return Answer.error(
          rule, "cluster", "KServe cannot serve images here", String.valueOf(e.getMessage()));
    }
  }
}
