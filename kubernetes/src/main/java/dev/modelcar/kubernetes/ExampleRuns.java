package dev.modelcar.kubernetes;

import java.util.List;
import java.util.SortedMap;

/** A run of each pipeline, to be created as it is. */
final class ExampleRuns {
  private final RenderValues values;

  ExampleRuns(RenderValues values) {
    this.values = values;
  }

  void add(SortedMap<String, String> files) {
    String source = values.get("source");
    String target = values.get("target");
    String shipment = text("source", source) + list("targets", List.of(target)) + hubToken();
    files.put("runs/ship.yaml", run("modelcar-ship-pipeline", shipment));
    files.put("runs/sharded.yaml", run("modelcar-sharded-pipeline", shipment));
    files.put(
        "runs/mirror.yaml",
        run("modelcar-mirror", text("image", target) + list("targets", List.of(target + "-copy"))));
    files.put("runs/build-push.yaml", classic(source.substring("hf://".length()), target));
  }

  private String classic(String model, String target) {
    String[] parts = model.split("[@:]", 2);
    return head("modelcar-build-push")
        + template(values.get("fsGroup"))
        + rest(
            text("hf_repo", parts[0])
                + (parts.length > 1 ? text("hf_revision", parts[1]) : "")
                + text("image", target)
                + hubToken(),
            """
                - name: source
                  persistentVolumeClaim:
                    claimName: model-volume
            """
                + login("registry-auth"));
  }

  private String run(String pipeline, String params) {
    return head(pipeline) + template("") + rest(params, login("dockerconfig"));
  }

  private String head(String pipeline) {
    return """
    apiVersion: tekton.dev/v1
    kind: PipelineRun
    metadata:
      generateName: %s-
      namespace: %s
    spec:
      pipelineRef:
        name: %s
    """
        .formatted(
            pipeline.replace("-pipeline", ""), Yaml.scalar(values.get("namespace")), pipeline);
  }

  /** A new file system is root's, unless it is given to a group; empty gives it to none. */
  private String template(String fsGroup) {
    return """
      taskRunTemplate:
        serviceAccountName: %s
    """
            .formatted(Yaml.scalar(values.get("serviceAccount")))
        + (fsGroup.isEmpty()
            ? ""
            : """
                podTemplate:
                  securityContext:
                    fsGroup: %s
            """
                .formatted(fsGroup));
  }

  private static String rest(String params, String workspaces) {
    return """
      timeouts:
        pipeline: "26h0m0s"
        tasks: "25h0m0s"
        finally: "30m0s"
      params:
    """
        + params
        + (workspaces.isEmpty() ? "" : "  workspaces:\n" + workspaces);
  }

  private String login(String workspace) {
    String secret = values.get("registrySecret");
    return secret.isEmpty()
        ? ""
        : """
            - name: %s
              secret:
                secretName: %s
        """
            .formatted(workspace, Yaml.scalar(secret));
  }

  private String hubToken() {
    return text("hf-token-secret", values.get("huggingFaceSecret"));
  }

  private static String text(String name, String value) {
    return "    - name: " + name + "\n      value: " + Yaml.scalar(value) + "\n";
  }

  private static String list(String name, List<String> items) {
    StringBuilder yaml = new StringBuilder("    - name: " + name + "\n      value:\n");
    items.forEach(item -> yaml.append("        - ").append(Yaml.scalar(item)).append('\n'));
    return yaml.toString();
  }
}
