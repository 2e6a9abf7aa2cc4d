package dev.modelcar.findings.evidence;

import java.util.List;

/**
 * What a container printed, or the beginning, the end and what tells something of it.
 *
 * @param container its name; empty if unknown
 * @param previous whether it is of the container before the last restart
 * @param lines without escape sequences, the last one last
 */
public record ContainerLog(String pod, String container, boolean previous, List<String> lines) {
  public ContainerLog {
    lines = List.copyOf(lines);
  }
}
