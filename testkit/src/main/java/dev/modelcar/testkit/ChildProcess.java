package dev.modelcar.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that a test started, which never outlives it: it is ended on close, and at the latest
 * when this Java ends. Its output goes to a file.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int CONNECT_MILLIS = 1000;

  /**
   * A shell without job control lets what it runs in the background ignore Ctrl-C, and that is
   * passed on to all children. What a test starts hears it, wherever the test itself runs.
   */
  private static final List<String> HEARING = List.of("env", "--default-signal=INT,QUIT");

  private static final boolean CAN_HEAR = canHear();

  private final Process process;
  private final Path output;
  private final Thread lastResort;

  private ChildProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.lastResort = new Thread(process::destroyForcibly, "end-" + process.pid());
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /**
   * What to run.
   *
   * @param environment added to this process's own
   * @param output gets standard output and standard error; what it held is lost
   */
  public record Command(
      List<String> words, Map<String, String> environment, Path workingDirectory, Path output) {
    public Command {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }

    /** A command that runs in a folder, and writes into a file there. */
    public static Command in(Path folder, List<String> words) {
      return new Command(words, Map.of(), folder, folder.resolve("output.log"));
    }

    public Command withEnvironment(Map<String, String> variables) {
      return new Command(words, variables, workingDirectory, output);
    }
  }

  /**
   * Starts a process.
   *
   * @throws IOException if it cannot be started
   */
  public static ChildProcess start(Command command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(hearing(command.words()))
            .directory(command.workingDirectory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(command.output().toFile());
    builder.environment().putAll(command.environment());
    return new ChildProcess(builder.start(), command.output());
  }

  private static List<String> hearing(List<String> words) {
    List<String> all = new ArrayList<>(CAN_HEAR ? HEARING : List.of());
    all.addAll(words);
    return all;
  }

  /** Only the env of GNU's coreutils can, since 8.31. */
  private static boolean canHear() {
    List<String> words = new ArrayList<>(HEARING);
    words.add("true");
    try {
      return new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until somebody listens on a port of 127.0.0.1.
   *
   * @throws IOException if the process ends before, or takes longer than that
   */
  public void awaitPort(int port, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!listens(port)) {
      if (!process.isAlive()) {
        throw new IOException("the process has ended: " + output());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("nobody listens on port " + port + ": " + output());
      }
      LockSupport.parkNanos(this, POLL_NANOS);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for the end and gives the exit code; nothing if it takes longer than that. */
  public OptionalInt await(Duration patience) {
    try {
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      return ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /** What it has written so far. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  /** Ends it at once, without a chance to tidy up. */
  public void kill() {
    process.destroyForcibly();
    await(PATIENCE_AT_END);
    forget();
  }

  /** Asks it to end, and ends it if it does not. */
  @Override
  public void close() {
    process.destroy();
    if (await(PATIENCE_AT_END).isEmpty()) {
      kill();
    }
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    } catch (IllegalStateException e) {
      // This Java is ending, and the hook is at work.
    }
  }
}
