package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real registries take our images, and skopeo and umoci get out of them what went in. */
final class RegistriesTest {
  private final GeneratedModel model = GeneratedModel.llama(3, 3, 5 << 20);

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}, password {1}, TLS {2}")
  @CsvSource({
    "DISTRIBUTION_2, false, false",
    "DISTRIBUTION_2, true, false",
    "DISTRIBUTION_2, false, true",
    "DISTRIBUTION_2, true, true",
    "DISTRIBUTION_3, false, false",
    "DISTRIBUTION_3, true, true",
    "OLAREG, false, false",
    "OLAREG, false, true",
    "CRANE, false, false"
  })
  void othersReadWhatWePush(RealRegistry.Kind kind, boolean password, boolean tls)
      throws Exception {
    String skopeo = Programs.need("skopeo");
    TestTls keys = TestTls.create(folder);
    RegistryOptions options = RegistryOptions.plain();
    options = password ? options.withPassword() : options;
    options = tls ? options.withTls(keys) : options;
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry = Programs.need(kind).start(folder.resolve("registry"), options)) {
      hub.add("org/name", model);
      Modelcar modelcar = Modelcar.in(folder.resolve("home")).with(hub);
      List<String> words = new ArrayList<>(List.of("hf://org/name", "--base", "none"));
      String target = registry.authority() + "/models/llama:v1";
      words.addAll(List.of("--to", target));
      words.addAll(tls ? List.of("--ca-file", keys.caFile().toString()) : List.of("--plain-http"));
      if (password) {
        words.addAll(List.of("--authfile", authFile(registry.authority()).toString()));
      }
      String digest = modelcar.ship(words.toArray(String[]::new));

      List<String> access = access(password, tls, keys);
      assertThat(run(skopeo, List.of("inspect", "--format", "{{.Digest}}"), access, target))
          .isEqualToIgnoringNewLines(digest);
      Path layout = folder.resolve("layout");
      List<String> copy = new ArrayList<>(List.of(skopeo, "copy", "--preserve-digests"));
      access.forEach(option -> copy.add(option.replaceFirst("^--", "--src-")));
      copy.addAll(List.of("docker://" + target, "oci:" + layout + ":v1"));
      Programs.run(folder, copy.toArray(String[]::new));
      assertThat(Files.readString(layout.resolve("index.json"))).contains(digest);
      Path root = Images.unpack(layout, "v1", folder.resolve("bundle"));
      Images.assertHolds(root.resolve("models"), model, folder.resolve("expected"));
    }
  }

  private String run(String skopeo, List<String> command, List<String> access, String target)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(skopeo));
    words.addAll(command);
    words.addAll(access);
    words.add("docker://" + target);
    return Programs.run(folder, words.toArray(String[]::new));
  }

  private List<String> access(boolean password, boolean tls, TestTls keys) throws IOException {
    List<String> options = new ArrayList<>();
    if (tls) {
      Path authorities = Files.createDirectories(folder.resolve("authorities"));
      Files.copy(keys.caFile(), authorities.resolve("ca.crt"));
      options.add("--cert-dir=" + authorities);
    } else {
      options.add("--tls-verify=false");
    }
    if (password) {
      options.add("--creds=" + RegistryOptions.USER + ":" + RegistryOptions.PASSWORD);
    }
    return options;
  }

  private Path authFile(String authority) throws IOException {
    String secret = RegistryOptions.USER + ":" + RegistryOptions.PASSWORD;
    String encoded = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        folder.resolve("auth.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(authority, encoded));
  }
}
