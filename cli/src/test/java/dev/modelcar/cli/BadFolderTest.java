package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders that are no models, or damaged ones: refused, with nothing published anywhere. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BadFolderTest {
  private static final String SHARD = "model-00001-of-00002.safetensors";
  private static final String OTHER_SHARD = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  /** What is done to a good model. */
  @FunctionalInterface
  interface Damage {
    void to(Path model) throws IOException;
  }

  record Case(String name, ErrorCode code, String says, Damage damage) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Path model() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(1, 2, 64 << 10).writeTo(model);
    return model;
  }

  private static void mkfifo(Path file) throws IOException {
    run("mkfifo", file.toString());
  }

  private static void run(String... words) throws IOException {
    try {
      assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void replaceWithHeader(Path file, long length, String json, int data)
      throws IOException {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer content = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, content.putLong(length).put(text).array());
  }

  static Stream<Case> cases() {
    return Stream.concat(Stream.concat(folders(), names()), weights());
  }

  private static Stream<Case> folders() {
    return Stream.of(
        new Case(
            "absent", SourceError.SOURCE_NOT_FOUND, "does not exist", model -> removeAll(model)),
        new Case(
            "empty",
            SourceError.SOURCE_EMPTY,
            "contains no files",
            model -> {
              removeAll(model);
              Files.createDirectory(model);
            }),
        new Case(
            "a file",
            SourceError.SOURCE_NOT_A_FOLDER,
            "is not a folder",
            model -> {
              removeAll(model);
              Files.writeString(model, "weights");
            }),
        new Case(
            "dangling link",
            SourceError.SOURCE_LINK_BROKEN,
            "extra.json points to nowhere",
            model -> Files.createSymbolicLink(model.resolve("extra.json"), Path.of("nowhere"))),
        new Case(
            "link to itself",
            SourceError.SOURCE_LINK_LOOP,
            "extra.json",
            model -> Files.createSymbolicLink(model.resolve("extra.json"), Path.of("extra.json"))),
        new Case(
            "link to the folder above",
            SourceError.SOURCE_LINK_LOOP,
            "links back",
            model -> Files.createSymbolicLink(model.resolve("again"), model)),
        new Case(
            "pipe",
            SourceError.SOURCE_SPECIAL_FILE,
            "pipe.json is neither a file nor a folder",
            model -> mkfifo(model.resolve("pipe.json"))));
  }

  private static Stream<Case> names() {
    return Stream.of(
        new Case(
            "control character",
            SourceError.SOURCE_PATH_UNSAFE,
            "control characters",
            model -> Files.writeString(model.resolve("a\u0007b.json"), "{}")),
        new Case(
            "not valid UTF-8",
            SourceError.SOURCE_PATH_UNSAFE,
            "not valid UTF-8",
            model -> run("sh", "-c", ": > \"$(printf '%s/bad\\377.json' \"$0\")\"", "" + model)),
        new Case(
            "differ in case only",
            PackagingError.SOURCE_CASE_COLLISION,
            "Config.json",
            model -> Files.writeString(model.resolve("Config.json"), "{}")),
        new Case(
            "whiteout",
            SourceError.SOURCE_PATH_UNSAFE,
            ".wh.",
            model -> Files.writeString(model.resolve(".wh.config.json"), "{}")));
  }

  private static Stream<Case> weights() {
    return Stream.of(
        new Case(
            "shard missing",
            PackagingError.WEIGHTS_SHARD_MISSING,
            OTHER_SHARD,
            model -> Files.delete(model.resolve(OTHER_SHARD))),
        new Case(
            "truncated",
            PackagingError.WEIGHTS_INVALID,
            "the file is truncated",
            model -> {
              try (RandomAccessFile file = new RandomAccessFile("" + model.resolve(SHARD), "rw")) {
                file.setLength(file.length() - 8);
              }
            }),
        new Case(
            "header longer than the file",
            PackagingError.WEIGHTS_INVALID,
            SHARD,
            model -> replaceWithHeader(model.resolve(SHARD), 1 << 20, "{}", 0)),
        new Case(
            "header of another tensor size",
            PackagingError.WEIGHTS_INVALID,
            SHARD,
            model -> {
              String json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,8]}}";
              replaceWithHeader(model.resolve(SHARD), json.length(), json, 8);
            }),
        new Case(
            "header that is no JSON",
            PackagingError.WEIGHTS_INVALID,
            SHARD,
            model -> replaceWithHeader(model.resolve(SHARD), 9, "<!DOCTYPE", 0)),
        new Case(
            "no bytes",
            PackagingError.WEIGHTS_INVALID,
            "empty",
            model -> Files.write(model.resolve(SHARD), new byte[0])),
        new Case(
            "pointer of LFS",
            PackagingError.SOURCE_LFS_POINTER,
            SHARD,
            model ->
                Files.writeString(
                    model.resolve(SHARD),
                    "version https://git-lfs.github.com/spec/v1\noid sha256:"
                        + "0".repeat(64)
                        + "\nsize 65536\n")),
        new Case(
            "pickle",
            PackagingError.SELECTION_PICKLE_REFUSED,
            "other.pkl",
            model -> Files.write(model.resolve("other.pkl"), new byte[] {(byte) 0x80, 4, '.'})));
  }

  private static void removeAll(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(model);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRefusedBeforeAnythingMoves(Case bad) throws IOException {
    Path model = model();
    bad.damage().to(model);
    try (Places places = new Places(folder)) {
      Run.of(places.variables(), places.options(), "ship", model.toString())
          .failsWith(bad.code())
          .says(bad.says());
      places.showNothing();
      assertThat(places.registry().bytesReceived()).isZero();
    }
  }

  static Stream<Case> changes() {
    return Stream.of(
        new Case(
            "shrinks",
            SourceError.SOURCE_CHANGED,
            "changed from 65536",
            model -> {
              try (RandomAccessFile file = new RandomAccessFile("" + model.resolve(SHARD), "rw")) {
                file.setLength(100);
              }
            }),
        new Case(
            "grows",
            SourceError.SOURCE_CHANGED,
            "changed from 65536",
            model -> {
              try (RandomAccessFile file = new RandomAccessFile("" + model.resolve(SHARD), "rw")) {
                file.setLength(1 << 20);
              }
            }),
        new Case(
            "is written to",
            SourceError.SOURCE_CHANGED,
            "was modified",
            model ->
                Files.setLastModifiedTime(
                    model.resolve(SHARD), FileTime.from(Instant.ofEpochSecond(1)))),
        new Case(
            "is gone",
            SourceError.SOURCE_CHANGED,
            "was deleted",
            model -> Files.delete(model.resolve(SHARD))));
  }

  /** The change happens when the first upload begins: after the plan, before the bytes. */
  @ParameterizedTest
  @MethodSource("changes")
  void aFileThatChangesMeanwhileIsNotPublished(Case bad) throws IOException {
    Path model = model();
    try (Places places = new Places(folder)) {
      places
          .registry()
          .faults()
          .add(
              RegistryRequestKind.UPLOAD_START,
              target -> {
                change(bad, model);
                return false;
              },
              0,
              1,
              new Fault.Garbage());
      Run.of(
              places.variables(),
              "ship",
              model.toString(),
              "--base",
              "none",
              "--to",
              places.inRegistry())
          .failsWith(bad.code())
          .says(bad.says());
      places.showNothing();
    }
  }

  private static void change(Case bad, Path model) {
    try {
      if (Files.exists(model.resolve(SHARD))) {
        bad.damage().to(model);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Root may read everything, unless it gives that right up. */
  @Test
  void aFileThatMayNotBeReadIsNamed() throws IOException {
    Path model = model();
    Path secret = model.resolve(SHARD);
    ChildCli.Rights rights = ChildCli.withoutRightsOver(secret);
    Assumptions.assumeTrue(rights.canBeTaken(), "this test needs setpriv when root runs it");
    try (Places places = new Places(folder);
        ChildProcess child =
            ChildCli.start(
                folder,
                places.variables(),
                rights,
                List.of("ship", "" + model, "--base", "none", "--to", places.inRegistry()))) {
      assertThat(child.await(Duration.ofSeconds(50)))
          .as(child.output())
          .hasValue(SourceError.SOURCE_UNREADABLE.category().exitCode());
      assertThat(child.output())
          .contains("error id: source-unreadable")
          .contains(SHARD)
          .doesNotContain("    at ");
      places.showNothing();
    }
  }
}
