package dev.modelcar.kubernetes.render;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The YAML that is kept beside this class. In tasks and pipelines a line {@code {{> NAME
 * KEY=VALUE}}} stands for the lines of a partial, which may have such lines as well. In other files
 * {@code {{NAME}}} stands for a value, in quotes where YAML needs them, {@code {{{NAME}}}} for the
 * value as it is, and the lines between {@code {{#NAME}}} and {@code {{/NAME}}} are there only if
 * the value is not empty.
 */
final class Templates {
  static final List<String> TASKS =
      List.of(
          "modelcar-ship",
          "modelcar-preflight",
          "modelcar-plan",
          "modelcar-load",
          "modelcar-seal",
          "modelcar-copy",
          "modelcar-verify",
          "modelcar-report",
          "register-model",
          "deploy-vllm",
          "download-model",
          "build-image",
          "push-to-internal",
          "push-to-quay");

  /** What belongs to the pipeline with a volume; the names are those of what it replaces. */
  static final Set<String> CLASSIC =
      Set.of(
          "download-model",
          "build-image",
          "push-to-internal",
          "push-to-quay",
          "modelcar-build-push-pipeline",
          "runs/build-push.yaml",
          "storage/model-volume.yaml");

  static final List<String> PIPELINES =
      List.of(
          "modelcar-ship-pipeline",
          "modelcar-sharded-pipeline",
          "modelcar-build-push-pipeline",
          "modelcar-mirror-pipeline");

  /** What lies around tasks and pipelines. */
  static final List<String> FILES =
      List.of(
          "README.md",
          "argocd/application.yaml",
          "base/access/service-account.yaml",
          "base/kustomization.yaml",
          "base/kustomizeconfig.yaml",
          "diagnosis/access.yaml",
          "model-registry/access.yaml",
          "model-registry/transfer-job.yaml",
          "overlays/argocd/kustomization.yaml",
          "overlays/kubernetes/kustomization.yaml",
          "overlays/openshift/image-pusher.yaml",
          "overlays/openshift/kustomization.yaml",
          "runs/build-push.yaml",
          "runs/mirror.yaml",
          "runs/sharded.yaml",
          "runs/ship.yaml",
          "serving/access.yaml",
          "secrets/huggingface.example.yaml",
          "secrets/registry.example.yaml",
          "storage/model-volume.yaml");

  private static final Pattern PARTIAL =
      Pattern.compile("^( *)\\{\\{> ([a-z-]+)(?: ([a-z]+)=([a-z-]+))?}}$");

  private static final Pattern SECTION =
      Pattern.compile("^\\{\\{#(\\w+)}}\n(.*?)^\\{\\{/\\1}}\n", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern VALUE = Pattern.compile("\\{\\{(\\{?)(\\w+)}}}?");

  private static final String IMAGE = "MODELCAR_IMAGE";
  private static final String PLATFORMS = "MODELCAR_PLATFORMS";

  private Templates() {}

  /** A task with the tool's image, and the platforms of that. */
  static String task(String name, RenderValues values) {
    return of(name, values, "tasks/");
  }

  static String pipeline(String name, RenderValues values) {
    return of(name, values, "pipelines/");
  }

  private static String of(String name, RenderValues values, String folder) {
    return expand(resource(folder + name + ".yaml"))
        .replace(IMAGE, Yaml.scalar(values.get("image")))
        .replace(PLATFORMS, Yaml.scalar(values.get("platforms")));
  }

  /** One of the {@linkplain #FILES files}. */
  static String file(String path, Map<String, String> values) {
    String chosen =
        SECTION
            .matcher(resource("files/" + path))
            .replaceAll(section ->
                value(values, section.group(1)).isEmpty()
                    ? ""
                    : Matcher.quoteReplacement(section.group(2)));
    return VALUE
        .matcher(chosen)
        .replaceAll(found -> {
          String value = value(values, found.group(2));
          return Matcher.quoteReplacement(found.group(1).isEmpty() ? Yaml.scalar(value) : value);
        });
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("a template wants the unknown value " + name);
    }
    return value;
  }

  private static String expand(String text) {
    StringBuilder out = new StringBuilder();
    for (String line : text.lines().toList()) {
      Matcher partial = PARTIAL.matcher(line);
      if (!partial.matches()) {
        out.append(line).append('\n');
        continue;
      }
      String body = resource("partials/" + partial.group(2) + ".yaml");
      if (partial.group(3) != null) {
        body = body.replace("{{" + partial.group(3) + "}}", partial.group(4));
      }
      for (String inner : expand(body).lines().toList()) {
        out.append(inner.isEmpty() ? "" : partial.group(1) + inner).append('\n');
      }
    }
    return out.toString();
  }

  private static String resource(String path) {
    try (InputStream in = Templates.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
