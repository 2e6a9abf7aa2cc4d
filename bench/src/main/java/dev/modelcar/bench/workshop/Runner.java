package dev.modelcar.bench.workshop;

import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs processes and measures them. */
public final class Runner {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration GLANCE = Duration.ofMillis(20);

  /** The shell counts the time of all that it waited for, down to the last descendant. */
  private static final String TIMED =
      "TIMEFORMAT='%3R %3U %3S'; { time \"$@\" >\"$OUTPUT\" 2>&1; } 2>\"$TIMES\"";

  private final Path folder;
  private int runs;

  public Runner(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs a command to its end.
   *
   * @throws IOException if it fails, with what it wrote
   */
  public Measured run(Map<String, String> variables, List<String> command) throws IOException {
    Path here = Files.createDirectories(folder.resolve("run-" + ++runs));
    Path output = here.resolve("output");
    Path times = here.resolve("times");
    List<String> words = new ArrayList<>(List.of("bash", "-c", TIMED, "bash"));
    words.addAll(command);
    Map<String, String> all = new java.util.HashMap<>(variables);
    all.put("OUTPUT", output.toString());
    all.put("TIMES", times.toString());
    ChildProcess.Command timed =
        new ChildProcess.Command(words, all, folder, here.resolve("shell"));
    try (ChildProcess process = ChildProcess.start(timed)) {
      Glances glances = new Glances(process.pid());
      int code = await(process, glances);
      String written = Files.readString(output);
      if (code != 0) {
        throw new IOException("%s ended with %d: %s".formatted(command, code, written));
      }
      String[] seconds = Files.readString(times).strip().split(" ", -1);
      return new Measured(
          Double.parseDouble(seconds[0]),
          Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]),
          glances.memory,
          glances.written,
          written);
    }
  }

  private static int await(ChildProcess process, Glances glances) throws IOException {
    long patience = LONGEST.dividedBy(GLANCE);
    for (long i = 0; i < patience; i++) {
      glances.take();
      var code = process.await(GLANCE);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    throw new IOException("it takes longer than an hour");
  }

  /** What can be seen of the shell's child while it runs. */
  private static final class Glances {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final Pattern WRITTEN = Pattern.compile("\nwrite_bytes: (\\d+)");

    private final Path children;
    private long memory;
    private long written;

    Glances(long shell) {
      this.children = Path.of("/proc", "" + shell, "task", "" + shell, "children");
    }

    void take() {
      try {
        String child = Files.readString(children).strip();
        if (!child.isEmpty()) {
          Path process = Path.of("/proc", child.split(" ", -1)[0]);
          memory = Math.max(memory, 1024 * number(PEAK, process.resolve("status")));
          written = Math.max(written, number(WRITTEN, process.resolve("io")));
        }
      } catch (IOException e) {
        // It has ended.
      }
    }

    private static long number(Pattern pattern, Path file) throws IOException {
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
  }
}
