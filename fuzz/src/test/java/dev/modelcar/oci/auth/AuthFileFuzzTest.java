package dev.modelcar.oci.auth;

import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Auth files, as people and other tools write them. */
final class AuthFileFuzzTest {
  static List<byte[]> files() {
    String good =
        "{\"auths\":{\"h.example/a\":{\"auth\":\"dTpw\"},\"https://index.docker.io/v1/\":{\"identitytoken\":\"t\"},"
            + "\"x\":{\"username\":\"u\",\"password\":\"p\"}},\"credHelpers\":{\"h2.example\":\"none\"},\"credsStore\":\"\"}";
    return List.of(good.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("files")
  @DictionaryEntries({"\"auths\":", "\"auth\":", "\"credsStore\":", "\"registrytoken\":", "/v1/"})
  @FuzzTest(maxDuration = "1m")
  void files(byte[] bytes) {
    survives(() -> {
      AuthFile file = AuthFile.parse("auth.json", bytes);
      for (String host : List.of("h.example", "docker.io", "h2.example", "x")) {
        survives(() -> file.find(host, "a/b"));
      }
    });
  }
}
