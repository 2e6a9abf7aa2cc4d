package dev.modelcar.bench.workshop;

import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.hub.HubRepository;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes beside those that are measured, so that their work is not counted. */
public final class Helper {
  private static final int BUFFER = 256 << 10;
  private static final int PAGE_SIZE = 100;

  /** Of all servers of this process. */
  private static Duration latency = Duration.ZERO;

  private Helper() {}

  /** Says {@code name=value} for what others have to know, then {@code ready}, and serves. */
  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    List<String> rest = words.subList(1, words.size());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    switch (words.getFirst()) {
      case "hub" ->
          hub(
              out,
              HubAddress.loopback(),
              Path.of(rest.getFirst()),
              0,
              rest.subList(1, rest.size()));
      case "tls-hub" -> {
        TestTls keys = TestTls.open(Path.of(rest.get(0)));
        hub(
            out,
            HubAddress.loopback().withTls(keys.serverContext()),
            Path.of(rest.get(1)),
            0,
            rest.subList(2, rest.size()));
      }
      case "far-hub" -> {
        latency = Duration.ofMillis(Long.parseLong(rest.getFirst()));
        hub(out, HubAddress.loopback(), Path.of(rest.get(1)), 0, rest.subList(2, rest.size()));
      }
      case "far-sink" -> {
        latency = Duration.ofMillis(Long.parseLong(rest.getFirst()));
        sink(out, 0);
      }
      case "slow-hub" ->
          hub(
              out,
              HubAddress.loopback(),
              Path.of(rest.get(1)),
              Long.parseLong(rest.get(0)),
              rest.subList(2, rest.size()));
      case "sink" -> sink(out, 0);
      case "slow-sink" -> sink(out, Long.parseLong(rest.getFirst()));
      case "sockets" -> sockets(out);
      case "floor" -> floor(Long.parseLong(rest.get(0)), port(rest.get(1)), port(rest.get(2)));
      default -> throw new IllegalArgumentException(words.getFirst());
    }
  }

  private static int port(String text) {
    return Integer.parseInt(text);
  }

  private static void forEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** What a hub is to serve: name, seed, number of shards and their size. */
  public record Repository(String name, long seed, int shards, long bytesPerShard) {
    static Repository parse(String text) {
      String[] parts = text.split(":", -1);
      return new Repository(
          parts[0], Long.parseLong(parts[1]), port(parts[2]), Long.parseLong(parts[3]));
    }

    @Override
    public String toString() {
      return name + ":" + seed + ":" + shards + ":" + bytesPerShard;
    }

    public GeneratedModel model() {
      return GeneratedModel.llama(seed, shards, bytesPerShard);
    }
  }

  /** Each repository has a tag v1, and a branch main in which one shard is another. */
  private static void hub(
      PrintStream out, HubAddress address, Path digests, long rate, List<String> repositories)
      throws IOException, InterruptedException {
    FakeHub hub = FakeHub.start(address).pageSize(PAGE_SIZE).latency(latency);
    if (rate > 0) {
      hub.rateLimit(rate);
    }
    for (String text : repositories) {
      Repository repository = Repository.parse(text);
      GeneratedModel first = repository.model();
      first.hashAll(digests);
      HubRepository served = hub.add(repository.name(), first);
      served.tag("v1", served.head("main"));
      if (repository.shards() > 1) {
        GeneratedModel second =
            first.withChangedShard(repository.shards() / 2, repository.seed() + 1);
        second.hashAll(digests);
        served.push(second);
      }
    }
    TestServer control =
        TestServer.start(call -> {
          String counts = counts(hub);
          if (call.method().equals("DELETE")) {
            hub.clearRequests();
          }
          call.respond(200, Headers.of(), counts.getBytes(StandardCharsets.UTF_8));
        });
    out.println("endpoint=" + hub.endpoint());
    out.println("control=" + control.uri());
    out.println("ready");
    forEver();
  }

  private static String counts(FakeHub hub) {
    return Stream.concat(
            Stream.of("bytes=" + hub.bytesServed(), "weights=" + requestsForWeights(hub)),
            Stream.of(HubRequestKind.values()).map(kind -> kind + "=" + hub.requests(kind).size()))
        .collect(Collectors.joining("\n"));
  }

  private static long requestsForWeights(FakeHub hub) {
    long asked =
        hub.requests(HubRequestKind.RESOLVE_GET).stream()
            .filter(request -> request.target().endsWith(".safetensors"))
            .count();
    return asked + hub.requests(HubRequestKind.CDN).size();
  }

  private static void sink(PrintStream out, long rate) throws InterruptedException {
    FakeRegistry registry =
        FakeRegistry.start(RegistrySettings.defaults().withStorage(new Storage.Discarding()))
            .latency(latency);
    if (rate > 0) {
      registry.rateLimit(rate);
    }
    out.println("authority=" + registry.authority());
    out.println("ready");
    forEver();
  }

  /** One port gives bytes without end, the other takes them. */
  private static void sockets(PrintStream out) throws IOException, InterruptedException {
    byte[] bytes = new byte[BUFFER];
    ThreadLocalRandom.current().nextBytes(bytes);
    out.println(
        "giver="
            + listen(socket -> {
              OutputStream stream = socket.getOutputStream();
              while (true) {
                stream.write(bytes);
              }
            }));
    out.println(
        "taker="
            + listen(socket -> {
              InputStream stream = socket.getInputStream();
              byte[] scratch = new byte[BUFFER];
              while (stream.read(scratch) >= 0) {
                Thread.onSpinWait();
              }
            }));
    out.println("ready");
    forEver();
  }

  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  private static int listen(Talk talk) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .start(() -> {
          while (true) {
            try (Socket socket = server.accept()) {
              talk.with(socket);
            } catch (IOException e) {
              // It has what it wanted.
            }
          }
        });
    return server.getLocalPort();
  }

  /** The least that moving and checking bytes costs: read, hash twice, write. */
  private static void floor(long bytes, int giver, int taker) throws Exception {
    MessageDigest file = MessageDigest.getInstance("SHA-256");
    MessageDigest layer = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[BUFFER];
    try (Socket from = new Socket(InetAddress.getLoopbackAddress(), giver);
        Socket to = new Socket(InetAddress.getLoopbackAddress(), taker)) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      long left = bytes;
      while (left > 0) {
        int count = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        file.update(buffer, 0, count);
        layer.update(buffer, 0, count);
        out.write(buffer, 0, count);
        left -= count;
      }
    }
    if (!MessageDigest.isEqual(file.digest(), layer.digest())) {
      throw new IllegalStateException("two digests of the same bytes differ");
    }
  }
}
