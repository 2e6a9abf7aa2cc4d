package dev.modelcar.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tasks and pipelines as they are kept beside this class: YAML in which a line {@code {{> NAME
 * KEY=VALUE}}} stands for the lines of a partial, which may have such lines as well.
 */
final class Templates {
  static final List<String> TASKS =
      List.of(
          "modelcar-ship",
          "modelcar-plan",
          "modelcar-load",
          "modelcar-seal",
          "modelcar-copy",
          "modelcar-verify",
          "modelcar-report",
          "download-model",
          "build-image",
          "push-to-internal",
          "push-to-quay");

  static final List<String> PIPELINES =
      List.of(
          "modelcar-ship-pipeline",
          "modelcar-sharded-pipeline",
          "modelcar-build-push",
          "modelcar-mirror");

  private static final Pattern PARTIAL =
      Pattern.compile("^( *)\\{\\{> ([a-z-]+)(?: ([a-z]+)=([a-z-]+))?}}$");

  private static final String IMAGE = "MODELCAR_IMAGE";

  private Templates() {}

  /** A task whose steps run an image. */
  static String task(String name, String image) {
    return expand(resource("tasks/" + name + ".yaml")).replace(IMAGE, Yaml.scalar(image));
  }

  static String pipeline(String name) {
    return expand(resource("pipelines/" + name + ".yaml"));
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
