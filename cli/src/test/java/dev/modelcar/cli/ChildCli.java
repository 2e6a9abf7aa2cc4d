package dev.modelcar.cli;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program in a Java of its own, for what cannot be tried in this one. */
final class ChildCli {
  private static final int NOBODY = 65534;

  private ChildCli() {}

  /**
   * What is put in front of the command so that it has fewer rights.
   *
   * @param prefix words of the command; nothing if the rights cannot be taken away here
   */
  record Rights(Optional<List<String>> prefix) {
    static Rights usual() {
      return new Rights(Optional.of(List.of()));
    }

    boolean canBeTaken() {
      return prefix.isPresent();
    }
  }

  /** Takes all permissions off a file or folder, and from root the power to pass over that. */
  static Rights withoutRightsOver(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    boolean root = Files.isReadable(path);
    if (!root) {
      return Rights.usual();
    }
    Files.setAttribute(path, "unix:uid", NOBODY);
    return new Rights(
        Tools.find("setpriv")
            .map(setpriv ->
                List.of(
                    setpriv.toString(),
                    "--inh-caps=-all",
                    "--bounding-set=-dac_override,-dac_read_search")));
  }

  static ChildProcess start(
      Path folder, Map<String, String> variables, Rights rights, List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>(rights.prefix().orElseThrow());
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dsun.jnu.encoding=UTF-8"));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(arguments);
    return ChildProcess.start(
        new ChildProcess.Command(words, variables, folder, folder.resolve("output.log")));
  }
}
