package dev.modelcar.source.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment of the Hub's own client, and the cache that it keeps. */
final class HubSettingsTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;

  private static HubSettings of(String... namesAndValues) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return HubSettings.of(variables);
  }

  @Test
  void withoutVariablesItIsThePublicHub() {
    HubSettings settings = of("HOME", "/home/me");
    assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(settings.cache()).isEqualTo(Path.of("/home/me/.cache/huggingface/hub"));
    assertThat(settings.offline()).isFalse();
    assertThat(settings.token().get()).isEmpty();
  }

  @Test
  void variablesHaveTheOrderOfTheClient() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), " hf_file\r\n");
    assertThat(of("HF_HOME", folder.toString()).token().get()).contains("hf_file");
    assertThat(of("HF_TOKEN_PATH", file.toString(), "HF_TOKEN", "hf_one").token().get())
        .contains("hf_one");
    assertThat(of("HUGGING_FACE_HUB_TOKEN", "hf_two").token().get()).contains("hf_two");
    assertThat(of("HF_TOKEN", "hf_one", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token().get())
        .isEmpty();
    assertThat(of("HF_TOKEN", "not a token").token().get()).isEmpty();
    assertThat(of("HF_HOME", "/h", "HF_HUB_CACHE", "/c").cache()).isEqualTo(Path.of("/c"));
    assertThat(of("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer hf_secret, starts with",
    "hf_sec ret, contains blanks",
    "'\"hf_secret\"', contains quotes",
    "\uFEFFhf_secret, byte order mark"
  })
  void aTokenThatCannotBeSentIsNamedWithoutItsValue(String token, String why) {
    HubSettings settings = of("HF_TOKEN", token);
    assertThat(settings.token().get()).isEmpty();
    assertThat(settings.tokenProblem().orElseThrow())
        .startsWith("HF_TOKEN is set but cannot be used")
        .contains(why)
        .doesNotContain("hf_");
    assertThat(of("HF_TOKEN", "hf_secret").tokenProblem()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HF_HUB_OFFLINE, 1", "TRANSFORMERS_OFFLINE, yes", "HF_HUB_OFFLINE, True"})
  void offlineIsSaidInManyWays(String name, String value) {
    assertThat(of(name, value).offline()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"5, 5000", "0.5, 500", "0, 30000", "-1, 30000", "soon, 30000"})
  void timeoutsAreSeconds(String value, long millis) {
    HubSettings settings = of("HF_HUB_ETAG_TIMEOUT", value, "HF_HUB_DOWNLOAD_TIMEOUT", value);
    assertThat(settings.timeouts().response()).isEqualTo(Duration.ofMillis(millis));
    assertThat(settings.timeouts().stall()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://hub.example", "hub.example", "https://", "http://a b/"})
  void anEndpointIsAnAddress(String endpoint) {
    assertThatThrownBy(() -> of("HF_ENDPOINT", endpoint))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.USAGE_INVALID));
    assertThat(of("HF_ENDPOINT", "http://hub.example:8080/hf//").endpoint())
        .isEqualTo(URI.create("http://hub.example:8080/hf"));
  }

  // ---- the cache ----

  private Path cached() throws IOException {
    Path repository = folder.resolve("models--org--model");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(COMMIT));
    Path blob = Files.createDirectories(repository.resolve("blobs")).resolve("a".repeat(64));
    Files.writeString(blob, "weights");
    Files.createSymbolicLink(
        snapshot.resolve("model.safetensors"), Path.of("../../blobs").resolve(blob.getFileName()));
    Files.createDirectories(repository.resolve("refs"));
    return repository;
  }

  private Snapshot offline(String reference) {
    try (HubClient client = new HubClient(folder)) {
      client.with("HF_HUB_CACHE", folder.toString()).with("HF_HUB_OFFLINE", "1");
      Snapshot snapshot = client.resolve(reference);
      assertThat(client.hub.requests()).isEmpty();
      return snapshot;
    }
  }

  @Test
  void aCachedModelNeedsNoNetwork() throws IOException {
    Files.writeString(cached().resolve("refs/main"), COMMIT + "\n");
    for (String revision : new String[] {"", "@" + COMMIT, "@main"}) {
      try (Snapshot snapshot = offline("hf://org/model" + revision)) {
        assertThat(snapshot.reference()).isInstanceOf(SourceReference.Hub.class);
        assertThat(snapshot.info().title()).contains("org/model");
        assertThat(snapshot.info().revision()).contains(COMMIT);
        assertThat(snapshot.files()).hasSize(1);
        assertThat(snapshot.files().getFirst().content().flatMap(ContentDigest::sha256))
            .map(digest -> digest.toString())
            .isEqualTo(Optional.of("sha256:" + "a".repeat(64)));
        assertThat(HubClient.read(snapshot.files().getFirst())).asString().isEqualTo("weights");
      }
    }
  }

  @Test
  void whatTheCacheDoesNotHoldIsSaid() throws IOException {
    Path repository = cached();
    Files.writeString(repository.resolve("refs/short"), COMMIT.substring(0, 7));
    for (String reference :
        new String[] {"hf://org/other", "hf://org/model", "hf://org/model@short"}) {
      assertThatThrownBy(() -> offline(reference))
          .isInstanceOfSatisfying(
              ModelcarException.class, e -> assertThat(e.code()).isEqualTo(SourceError.HUB_OFFLINE))
          .hasMessageContaining("is not in the cache at " + folder);
    }
  }
}
