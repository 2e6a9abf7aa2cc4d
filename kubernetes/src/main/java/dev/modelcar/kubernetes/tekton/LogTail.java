package dev.modelcar.kubernetes.tekton;

import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.LogReader;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of a container, for a diagnosis. May be used by several threads. */
final class LogTail {
  /** As many as a diagnosis reads of a cluster. */
  private static final int MOST_LINES = 2000;

  private final String pod;
  private final String container;
  private final Deque<String> lines = new ArrayDeque<>();

  LogTail(String pod, String container) {
    this.pod = pod;
    this.container = container;
  }

  synchronized void add(String line) {
    if (lines.size() == MOST_LINES) {
      lines.removeFirst();
    }
    lines.addLast(line);
  }

  synchronized ContainerLog log() {
    return new ContainerLog(pod, container, false, LogReader.lines(String.join("\n", lines)));
  }
}
