package dev.modelcar.oci.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials are found as podman and docker find them. */
final class AuthFilesTest {
  private static final String NOBODY = "no credentials";

  @TempDir Path folder;

  private static String auth(String userAndPassword) {
    return Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, String json) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.writeString(file, json);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    return environment;
  }

  private Credentials find(Map<String, String> environment, String host, String repository) {
    return AuthFiles.of(environment, Optional.empty()).find(host, repository);
  }

  private Credentials findIn(String json, String host, String repository) throws IOException {
    Path file = write("explicit.json", json);
    return AuthFiles.of(environment(), Optional.of(file)).find(host, repository);
  }

  private static String show(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Anonymous _ -> NOBODY;
      case Credentials.Password p -> p.username() + "/" + p.password();
      case Credentials.IdentityToken t -> "identity " + t.token();
      case Credentials.BearerToken t -> "bearer " + t.token();
    };
  }

  // ---- which file ----

  private static final String[] PLACES = {
    "run/containers/auth.json",
    "home/.config/containers/auth.json",
    "home/.docker/config.json",
    "home/.docker/.dockerconfigjson"
  };

  @Test
  void theFirstFileThatKnowsTheRepositoryWins() throws IOException {
    for (int i = PLACES.length - 1; i >= 0; i--) {
      write(
          PLACES[i],
          "{\"auths\":{\"h.example\":{\"auth\":\"%s\"}}}".formatted(auth("u" + i + ":p")));
      assertThat(show(find(environment(), "h.example", "a"))).isEqualTo("u" + i + "/p");
    }
    write(PLACES[0], "{\"auths\":{\"other.example\":{\"auth\":\"%s\"}}}".formatted(auth("x:y")));
    assertThat(show(find(environment(), "h.example", "a"))).isEqualTo("u1/p");
  }

  @Test
  void theOldDockerFileHasNoWrapper() throws IOException {
    write("home/.dockercfg", "{\"h.example\":{\"auth\":\"%s\"}}".formatted(auth("old:p")));
    assertThat(show(find(environment(), "h.example", "a"))).isEqualTo("old/p");
  }

  @Test
  void withoutASessionPodmanKeepsItsFileBelowRun() throws IOException {
    Map<String, String> environment = environment();
    environment.remove("XDG_RUNTIME_DIR");
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assertThat(AuthFiles.of(environment, Optional.empty()).files())
        .startsWith(Path.of("/run/containers/" + uid + "/auth.json"));
  }

  @Test
  void aLoginGoesWhereAFileCanBe() throws IOException {
    Map<String, String> environment = environment();
    environment.put("XDG_RUNTIME_DIR", write("no-folder", "").resolve("run").toString());
    assertThat(new Logins(environment, Optional.empty()).login("h.example", "user", "p"))
        .isEqualTo(folder.resolve("home/.config/containers/auth.json").toString());
    assertThat(show(find(environment, "h.example", "a"))).isEqualTo("user/p");
  }

  @Test
  void variablesNameOtherPlaces() throws IOException {
    String json = "{\"auths\":{\"h.example\":{\"auth\":\"%s\"}}}";
    write("docker/config.json", json.formatted(auth("docker:p")));
    write("config/containers/auth.json", json.formatted(auth("config:p")));
    write("only.json", json.formatted(auth("only:p")));
    Map<String, String> environment = environment();
    environment.put("DOCKER_CONFIG", folder.resolve("docker").toString());
    assertThat(show(find(environment, "h.example", "a"))).isEqualTo("docker/p");
    environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    assertThat(show(find(environment, "h.example", "a"))).isEqualTo("config/p");
    environment.put("REGISTRY_AUTH_FILE", folder.resolve("only.json").toString());
    assertThat(show(find(environment, "h.example", "a"))).isEqualTo("only/p");
    assertThat(show(find(environment, "other.example", "a")))
        .as("a file that is named stands alone")
        .isEqualTo(NOBODY);
  }

  @Test
  void aNamedFileThatIsNotThereIsAnError() {
    Path none = folder.resolve("none.json");
    assertThatThrownBy(() -> AuthFiles.of(environment(), Optional.of(none)).find("h.example", "a"))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(OciError.CREDENTIALS_INVALID))
        .hasMessageContaining(none.toString());
    assertThat(show(find(environment(), "h.example", "a"))).isEqualTo(NOBODY);
  }

  @Test
  void aFileIsReadAnewEachTime() throws IOException {
    Path file = write("rotating.json", "{}");
    CredentialSource source = AuthFiles.of(environment(), Optional.of(file));
    assertThat(show(source.find("h.example", "a"))).isEqualTo(NOBODY);
    write(
        "rotating.json", "{\"auths\":{\"h.example\":{\"auth\":\"%s\"}}}".formatted(auth("u:new")));
    assertThat(show(source.find("h.example", "a"))).isEqualTo("u/new");
  }

  // ---- which entry ----

  @ParameterizedTest
  @CsvSource({
    "h.example,            team/model,  team",
    "h.example,            team/sub/x,  sub",
    "h.example,            other/model, host",
    "h.example:5000,       team/model,  port",
    "h.example:5001,       team/model,  no credentials",
    "sub.h.example,        team/model,  no credentials",
    "url.example,          a,           url",
    "v1.example,           a,           v1",
    "slash.example,        a,           slash",
    "docker.io,            library/a,   hub",
    "index.docker.io,      library/a,   hub",
    "registry-1.docker.io, library/a,   hub",
    "empty.example,        a,           no credentials"
  })
  void theMostSpecificEntryWins(String host, String repository, String user) throws IOException {
    StringBuilder entries = new StringBuilder();
    Map<String, String> users =
        Map.of(
            "h.example",
            "host",
            "h.example/team",
            "team",
            "h.example/team/sub",
            "sub",
            "h.example:5000",
            "port",
            "https://url.example",
            "url",
            "https://v1.example/v1/",
            "v1",
            "slash.example/",
            "slash",
            "https://index.docker.io/v1/",
            "hub");
    users.forEach((key, name) ->
        entries.append("\"%s\":{\"auth\":\"%s\"},".formatted(key, auth(name + ":p"))));
    String json = "{\"auths\":{" + entries + "\"empty.example\":{}}}";
    String expected = user.equals(NOBODY) ? NOBODY : user + "/p";
    assertThat(show(findIn(json, host, repository))).isEqualTo(expected);
  }

  static Stream<String[]> forms() {
    return Stream.of(
        new String[] {"\"auth\":\"" + auth("u:p:with:colons") + "\"", "u/p:with:colons"},
        new String[] {"\"auth\":\"" + auth("u:p\0\0") + "\"", "u/p"},
        new String[] {"\"auth\":\"" + auth("u:") + "\"", "u/"},
        new String[] {"\"auth\":\" " + auth("u:p") + "\\n\"", "u/p"},
        new String[] {"\"username\":\"u\",\"password\":\"p\"", "u/p"},
        new String[] {
          "\"auth\":\"" + auth("a:b") + "\",\"username\":\"u\",\"password\":\"p\"", "a/b"
        },
        new String[] {
          "\"auth\":\"" + auth("u:p") + "\",\"identitytoken\":\"refresh\"", "identity refresh"
        },
        new String[] {"\"registrytoken\":\"given\"", "bearer given"},
        new String[] {"\"auth\":\"" + auth("$oauthtoken:ü€") + "\"", "$oauthtoken/ü€"},
        new String[] {"\"auth\":\"\"", NOBODY},
        new String[] {"\"email\":\"x@example\"", NOBODY});
  }

  @ParameterizedTest
  @MethodSource("forms")
  void anEntryHasManyForms(String entry, String expected) throws IOException {
    String json = "{\"auths\":{\"h.example\":{" + entry + "}}}";
    assertThat(show(findIn(json, "h.example", "a"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "\"text\"",
        "{\"auths\":{\"h.example\":{\"auth\":\"bm9jb2xvbg==\"}}}",
        "{\"auths\":{\"h.example\":{\"auth\":\"secret&&&=\"}}}",
        "{\"auths\":{},\"auths\":{}}"
      })
  void aDamagedFileIsNamedWithoutItsContent(String json) {
    assertThatThrownBy(() -> findIn(json, "h.example", "a"))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(OciError.CREDENTIALS_INVALID))
        .hasMessageContaining("explicit.json")
        .message()
        .doesNotContain("bm9jb2xvbg", "secret", "nocolon");
  }

  // ---- helpers ----

  private void helper(String name, String script) throws IOException {
    Path file = write("bin/docker-credential-" + name, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void helpersOfAHostComeBeforeEntriesAndTheStoreAfterThem() throws IOException {
    helper("one", "read h; echo \"{\\\"Username\\\":\\\"one\\\",\\\"Secret\\\":\\\"$h\\\"}\"");
    helper("all", "read h; echo \"{\\\"Username\\\":\\\"all\\\",\\\"Secret\\\":\\\"$h\\\"}\"");
    String all =
        "{\"auths\":{\"h.example\":{\"auth\":\""
            + auth("u:p")
            + "\"},\"e.example\":{\"auth\":\""
            + auth("entry:p")
            + "\"}},\"credHelpers\":{\"h.example\":\"one\"},\"credsStore\":\"all\"}";
    assertThat(show(findIn(all, "h.example", "a"))).isEqualTo("one/h.example");
    assertThat(show(findIn(all, "e.example", "a"))).isEqualTo("entry/p");
    assertThat(show(findIn(all, "x.example", "a"))).isEqualTo("all/x.example");
    assertThat(show(findIn(all, "docker.io", "library/a")))
        .isEqualTo("all/https://index.docker.io/v1/");
  }

  @Test
  void aHelperMayGiveAnIdentityTokenOrNothing() throws IOException {
    helper("token", "echo '{\"ServerURL\":\"x\",\"Username\":\"<token>\",\"Secret\":\"t\"}'");
    helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    assertThat(show(findIn("{\"credsStore\":\"token\"}", "h.example", "a")))
        .isEqualTo("identity t");
    assertThat(show(findIn("{\"credsStore\":\"empty\"}", "h.example", "a"))).isEqualTo(NOBODY);
    helper("blank", "echo '{\"ServerURL\":\"x\",\"Username\":\"\",\"Secret\":\"\"}'");
    assertThat(show(findIn("{\"credsStore\":\"blank\"}", "h.example", "a"))).isEqualTo(NOBODY);
  }

  @ParameterizedTest
  @CsvSource({
    "broken,  echo secret-text; exit 3,                     exit code 3",
    "silent,  true,                                         did not return credentials",
    "noise,   echo secret-text,                             did not return credentials",
    "half,    echo '{\"Username\":\"u\"}',                  did not return credentials"
  })
  void aHelperThatFailsIsNamedWithoutItsOutput(String name, String script, String says)
      throws IOException {
    helper(name, script);
    String json = "{\"credHelpers\":{\"h.example\":\"" + name + "\"}}";
    assertThatThrownBy(() -> findIn(json, "h.example", "a"))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(OciError.CREDENTIAL_HELPER_FAILED))
        .hasMessageContaining(name)
        .hasMessageContaining(says)
        .message()
        .doesNotContain("secret-text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "../../bin/sh", "a b", "-x"})
  void aHelperThatCannotBeRunIsNamed(String name) {
    String json = "{\"credHelpers\":{\"h.example\":\"" + name + "\"}}";
    assertThatThrownBy(() -> findIn(json, "h.example", "a"))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(OciError.CREDENTIAL_HELPER_FAILED));
  }

  @Test
  void credentialsNeverShowTheirSecret() {
    assertThat(new Credentials.Password("user", "hidden", "a file").toString())
        .isEqualTo("user user from a file");
    assertThat(new Credentials.IdentityToken("hidden", "a file").described())
        .doesNotContain("hidden");
    assertThat(new Credentials.BearerToken("hidden", "a file").toString()).doesNotContain("hidden");
  }
}
