package dev.modelcar.kubernetes.render;

import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes all that a cluster needs as plain files: tasks in the layout of the Tekton catalog,
 * pipelines, access, example runs, a Kustomize base with overlays, and an Argo CD application.
 */
public final class Rendering {
  private static final String VERSION = "0.1";

  private final RenderValues values;

  public Rendering(RenderValues values) {
    this.values = values;
  }

  /** All files by their paths. */
  public SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    tasks(files);
    pipelines(files);
    Map<String, String> all = values.all();
    files.put("base/access/kustomization.yaml", kustomization() + "  - service-account.yaml\n");
    chosen(Templates.FILES).forEach(path -> files.put(path, Templates.file(path, all)));
    return files;
  }

  private List<String> chosen(List<String> names) {
    return values.get("classic").equals("true")
        ? names
        : names.stream().filter(name -> !Templates.CLASSIC.contains(name)).toList();
  }

  /**
   * Writes the files into a folder; others in it stay as they are.
   *
   * @return how many there are
   */
  public int write(Path folder) {
    try {
      Map<String, String> files = files();
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, file.getValue());
      }
      return files.size();
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.TARGET_NOT_WRITABLE,
          "%s cannot be written: %s".formatted(folder, IoReason.of(e)),
          e);
    }
  }

  /** The head of a kustomization. */
  private static StringBuilder kustomization() {
    return new StringBuilder(Templates.file("kustomization.yaml", Map.of()));
  }

  private void tasks(SortedMap<String, String> files) {
    StringBuilder list = kustomization();
    for (String name : chosen(Templates.TASKS)) {
      String yaml = Templates.task(name, values);
      String folder = "base/tasks/" + name + "/" + VERSION + "/";
      files.put(folder + name + ".yaml", yaml);
      files.put(folder + "README.md", TaskReadme.of(yaml));
      files.put(folder + "samples/" + name + ".yaml", TaskSample.of(yaml, values));
      list.append("  - ").append(name).append('/').append(VERSION).append('/').append(name);
      list.append(".yaml\n");
    }
    files.put("base/tasks/kustomization.yaml", list.toString());
  }

  private void pipelines(SortedMap<String, String> files) {
    StringBuilder list = kustomization();
    for (String name : chosen(Templates.PIPELINES)) {
      files.put("base/pipelines/" + name + ".yaml", Templates.pipeline(name, values));
      list.append("  - ").append(name).append(".yaml\n");
    }
    files.put("base/pipelines/kustomization.yaml", list.toString());
  }
}
