package dev.modelcar.findings.evidence;

import java.util.List;

/**
 * All that is known of something that may have failed.
 *
 * @param texts other files, such as what kubectl printed
 * @param gaps what could not be read, in words
 */
public record Case(
    List<KubeObject> objects, List<ContainerLog> logs, List<String> texts, List<String> gaps) {
  public Case {
    objects = List.copyOf(objects);
    logs = List.copyOf(logs);
    texts = List.copyOf(texts);
    gaps = List.copyOf(gaps);
  }
}
