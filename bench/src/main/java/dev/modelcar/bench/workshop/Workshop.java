package dev.modelcar.bench.workshop;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.Tools;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where bars are measured: the servers, the tools, and a place for files. */
public final class Workshop implements AutoCloseable {
  /** What most bars move. */
  public static final String MODEL = "bench/model";

  /** Of many shards. */
  public static final String SHARDS = "bench/forty";

  private static final int SHARDS_OF_MODEL = 8;
  private static final int MANY_SHARDS = 40;

  private final Settings settings;
  private final PrintStream progress;
  private final Runner runner;
  private final List<HelperProcess> running = new ArrayList<>();
  private Optional<HelperProcess> hub = Optional.empty();
  private Optional<HelperProcess> sink = Optional.empty();
  private int folders;

  /**
   * What a run is like.
   *
   * @param size of the model that most bars move
   * @param huge of the model that shows whether memory depends on size
   * @param rounds how often each contender runs
   * @param root of the repository
   * @param work for everything that is written
   */
  public record Settings(long size, long huge, int rounds, Path root, Path work) {}

  public Workshop(Settings settings, PrintStream progress) throws IOException {
    this.settings = settings;
    this.progress = progress;
    this.runner = new Runner(Files.createDirectories(settings.work().resolve("runs")));
  }

  public Path root() {
    return settings.root();
  }

  public long size() {
    return settings.size();
  }

  public long huge() {
    return settings.huge();
  }

  public int rounds() {
    return settings.rounds();
  }

  public void say(String line) {
    progress.println(line);
  }

  // ---- models ----

  public Helper.Repository model() {
    return new Helper.Repository(MODEL, 7, SHARDS_OF_MODEL, multipleOf8(size() / SHARDS_OF_MODEL));
  }

  /** The model with its digests, which the hub computed for its own use. */
  public GeneratedModel hashed(Helper.Repository repository) throws IOException {
    GeneratedModel model = repository.model();
    model.hashAll(work().resolve("digests"));
    return model;
  }

  /** In many shards, each large enough for a layer of its own. */
  public Helper.Repository manyShards() {
    return new Helper.Repository(
        SHARDS, 8, MANY_SHARDS, multipleOf8(Math.max(64L << 20, size() / MANY_SHARDS)));
  }

  public static long multipleOf8(long bytes) {
    return Math.max(4096, bytes / 8 * 8);
  }

  /** The hub that has the model and the one of many shards. */
  public HelperProcess hub() throws IOException {
    if (hub.isEmpty()) {
      hub = Optional.of(hub(model(), manyShards()));
    }
    return hub.get();
  }

  public HelperProcess hub(Helper.Repository... repositories) throws IOException {
    List<String> words = new ArrayList<>(List.of("hub", digests()));
    for (Helper.Repository repository : repositories) {
      words.add(repository.toString());
    }
    say("  (a hub computes digests)");
    return keep(HelperProcess.start(work(), words.toArray(String[]::new)));
  }

  /** A hub that speaks TLS, by the keys in a folder. */
  public HelperProcess tlsHub(Path keys, Helper.Repository... repositories) throws IOException {
    List<String> words = new ArrayList<>(List.of("tls-hub", keys.toString(), digests()));
    for (Helper.Repository repository : repositories) {
      words.add(repository.toString());
    }
    return keep(HelperProcess.start(work(), words.toArray(String[]::new)));
  }

  private String digests() {
    return work().resolve("digests").toString();
  }

  /** A registry that checks and keeps nothing. */
  public HelperProcess sink() throws IOException {
    if (sink.isEmpty()) {
      sink = Optional.of(keep(HelperProcess.start(work(), "sink")));
    }
    return sink.get();
  }

  /** A hub, each of whose connections has a rate, in bytes a second. */
  public HelperProcess slowHub(long rate, Helper.Repository repository) throws IOException {
    return keep(
        HelperProcess.start(
            work(), "slow-hub", Long.toString(rate), digests(), repository.toString()));
  }

  /** A hub so many milliseconds away. */
  public HelperProcess farHub(int millis, Helper.Repository repository) throws IOException {
    return keep(
        HelperProcess.start(
            work(), "far-hub", Integer.toString(millis), digests(), repository.toString()));
  }

  /** A registry so many milliseconds away, that keeps nothing. */
  public HelperProcess farSink(int millis) throws IOException {
    return keep(HelperProcess.start(work(), "far-sink", Integer.toString(millis)));
  }

  /** A registry that keeps nothing, each of whose connections has a rate. */
  public HelperProcess slowSink(long rate) throws IOException {
    return keep(HelperProcess.start(work(), "slow-sink", Long.toString(rate)));
  }

  public HelperProcess sockets() throws IOException {
    return keep(HelperProcess.start(work(), "sockets"));
  }

  private HelperProcess keep(HelperProcess thing) {
    running.add(thing);
    return thing;
  }

  // ---- registries and tools ----

  /** Does something with a registry that is empty before and gone after. */
  public <T> T withRegistry(RealRegistry program, WithRegistry<T> action) throws IOException {
    return withRegistry(program, RegistryOptions.plain(), action);
  }

  /** The same, with options. */
  public <T> T withRegistry(RealRegistry program, RegistryOptions options, WithRegistry<T> action)
      throws IOException {
    Path folder = fresh("registry");
    try (RunningRegistry registry = program.start(folder, options)) {
      return action.apply(registry);
    } finally {
      delete(folder);
    }
  }

  /** Measures with one of Docker's registries 2.8; nothing if it is not installed. */
  public List<Bar.Row> withDebianRegistry(WithRegistry<List<Bar.Row>> action) throws IOException {
    Optional<RealRegistry> program = debianRegistry();
    return program.isEmpty() ? List.of() : withRegistry(program.get(), action);
  }

  /** What is done with several targets. */
  @FunctionalInterface
  public interface WithTargets<T> {
    T apply(List<String> targets) throws IOException;
  }

  /** What is done with a registry. */
  @FunctionalInterface
  public interface WithRegistry<T> {
    T apply(RunningRegistry registry) throws IOException;
  }

  /** Whether all of these are installed; says so if not. */
  public boolean has(String... programs) {
    for (String program : programs) {
      if (Tools.find(program).isEmpty()) {
        say("  not measured: " + Tools.missing(program));
        return false;
      }
    }
    return true;
  }

  public static String tool(String program) {
    return Tools.find(program).orElseThrow().toString();
  }

  /** Docker's registry 2.8, or nothing and a word about it. */
  public Optional<RealRegistry> debianRegistry() {
    return has(RealRegistry.Kind.DISTRIBUTION_2.program())
        ? RealRegistry.debian()
        : Optional.empty();
  }

  public Optional<RealRegistry> distribution3() {
    return has(RealRegistry.Kind.DISTRIBUTION_3.program())
        ? RealRegistry.distribution3()
        : Optional.empty();
  }

  // ---- running ----

  /** The command line of the tool itself, as people start it. */
  public List<String> modelcar(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(settings.root().resolve("modelcar").toString());
    words.addAll(List.of(arguments));
    return words;
  }

  public Measured run(HelperProcess someHub, List<String> command) throws IOException {
    return run(someHub, Optional.empty(), command);
  }

  /**
   * Runs a command that knows a hub.
   *
   * @param authority the certificate that all tools are to trust, in PEM
   */
  public Measured run(HelperProcess someHub, Optional<String> authority, List<String> command)
      throws IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("HF_ENDPOINT", someHub.value("endpoint"));
    variables.put("HF_TOKEN", "");
    variables.put("HF_HUB_DISABLE_XET", "1");
    variables.put("HF_HUB_DISABLE_TELEMETRY", "1");
    variables.put("HF_HOME", fresh("hf-home").toString());
    variables.putAll(trusting(authority));
    return runner.run(variables, command);
  }

  private static Map<String, String> trusting(Optional<String> authority) {
    Map<String, String> variables = new HashMap<>();
    authority.ifPresent(file -> {
      for (String name : List.of("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")) {
        variables.put(name, file);
      }
    });
    return variables;
  }

  /** Runs a command that trusts an authority. */
  public Measured run(Optional<String> authority, List<String> command) throws IOException {
    return runner.run(trusting(authority), command);
  }

  public Measured run(List<String> command) throws IOException {
    return runner.run(Map.of(), command);
  }

  /** Lets what others left to write be written, so that nobody pays for those before. */
  public void settle() throws IOException {
    run(List.of("sync"));
  }

  // ---- files ----

  private Path work() {
    return settings.work();
  }

  /** The path of a folder or file that does not exist yet. */
  public Path fresh(String name) {
    Path path;
    do { // a run that was ended leaves its own behind
      path = work().resolve(name + "-" + ++folders);
    } while (Files.exists(path));
    return path;
  }

  public void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    running.forEach(HelperProcess::close);
    delete(work());
  }
}
