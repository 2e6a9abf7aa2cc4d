package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Deployment whose pods mount the image as a volume, and its Service: for clusters without
 * KServe. Pod Security {@code restricted} admits the pods.
 */
final class DeploymentManifest {
  /** Half an hour to start: large weights load slowly, and a pod that takes longer is killed. */
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: $name, namespace: $namespace, labels: $labels, annotations: $annotations}
      spec:
        replicas: 1
        selector: {matchLabels: $selector}
        template:
          metadata: {labels: $selector}
          spec:
            automountServiceAccountToken: false
            serviceAccountName: $account
            imagePullSecrets: $secrets
            nodeSelector: $nodes
            securityContext:
              runAsNonRoot: true
              seccompProfile: {type: RuntimeDefault}
              $user
            containers:
            - name: server
              image: $runtime
              command: $command
              args: $arguments
              # The user has neither a home nor a name.
              env: [{name: HOME, value: /tmp}, {name: USER, value: modelcar}]
              ports: [{name: http, containerPort: 8080, protocol: TCP}]
              startupProbe: {httpGet: {path: $health, port: http}, periodSeconds: 5, failureThreshold: 360}
              readinessProbe: {httpGet: {path: $health, port: http}, periodSeconds: 5, timeoutSeconds: 5}
              livenessProbe: {httpGet: {path: $health, port: http}, periodSeconds: 30, timeoutSeconds: 10}
              resources: {requests: $requests, limits: $limits}
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
              volumeMounts:
              - {name: model, mountPath: /mnt/models, subPath: models, readOnly: true}
              - {name: temporary, mountPath: /tmp}
              # Several GPUs exchange data there, more than a container gets by itself.
              - {name: shared-memory, mountPath: /dev/shm}
            volumes:
            - {name: model, image: {reference: $image, pullPolicy: IfNotPresent}}
            - {name: temporary, emptyDir: {}}
            - {name: shared-memory, emptyDir: {medium: Memory}}
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: $name, namespace: $namespace, labels: $labels}
      spec:
        selector: $selector
        ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]
      """;

  private DeploymentManifest() {}

  /** Of the pods: the Deployment's selector, which cannot be changed. */
  static Map<String, String> labels(String name) {
    return Map.of(
        "app.kubernetes.io/name", name, "app.kubernetes.io/managed-by", ServiceManifest.MANAGER);
  }

  /**
   * The objects of a spec, the Deployment first.
   *
   * @param previous the image that was served before
   * @param givesUsers whether the cluster gives pods a user, and refuses one of their own
   */
  static List<GenericKubernetesResource> of(
      DeploySpec spec, Optional<String> previous, String namespace, boolean givesUsers) {
    Map<String, String> annotations = new TreeMap<>(spec.annotations());
    previous.ifPresent(image -> annotations.putIfAbsent(ServiceManifest.PREVIOUS, image));
    Map<String, String> labels = new TreeMap<>(spec.labels());
    labels.putAll(labels(spec.name()));
    ObjectNode values = Json.object();
    values.put("name", spec.name()).put("namespace", namespace);
    values.putPOJO("labels", labels).putPOJO("annotations", annotations);
    values.putPOJO("selector", new TreeMap<>(labels(spec.name())));
    values.put("account", spec.serviceAccount().orElse(""));
    values.putPOJO(
        "secrets", spec.pullSecret().map(name -> Map.of("name", name)).stream().toList());
    values.putPOJO("nodes", spec.nodeSelector());
    values.put("runtime", spec.server().image()).put("health", spec.server().health());
    values.putPOJO("command", spec.server().command()).putPOJO("arguments", spec.arguments());
    values.putPOJO("requests", spec.requests()).putPOJO("limits", spec.limits());
    values.put("image", spec.image());
    String user = givesUsers ? "" : "runAsUser: 65532";
    return List.of(parse(DEPLOYMENT.replace("$user", user), values), parse(SERVICE, values));
  }

  /** JSON is YAML, and needs no other quotes. What is empty is left out. */
  private static GenericKubernetesResource parse(String template, ObjectNode values) {
    String yaml =
        Pattern.compile("\\$(\\w+)")
            .matcher(template)
            .replaceAll(found ->
                Matcher.quoteReplacement(Serialization.asJson(values.get(found.group(1)))));
    yaml = yaml.replaceAll("(?m)^ *\\w+: (\\[ *]|\\{ *}|\"\")\\n", "");
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }
}
