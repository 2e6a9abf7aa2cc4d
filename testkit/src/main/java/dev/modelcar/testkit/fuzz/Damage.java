package dev.modelcar.testkit.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Damages good input: bytes change, come twice, are missing, or make room for what parsers stumble
 * over. The same seed gives the same damage.
 */
public final class Damage {
  private static final int MOST_CHANGES = 4;
  private static final int LONGEST_STRETCH = 40;

  /** Ends of things, numbers that fit nothing, bytes that are no text. */
  private static final List<byte[]> STUMBLING_BLOCKS =
      Stream.of(
              "\0",
              "{",
              "}",
              "[",
              "]",
              "\"",
              "\\",
              ",",
              ":",
              "/",
              "@",
              "%",
              "=",
              "..",
              "-1",
              "0",
              "99999999999999999999",
              "9223372036854775807",
              "-9223372036854775808",
              "1e999",
              "null",
              "true",
              "{}",
              "[[[[[[[[",
              "\n",
              "\r\n",
              " ",
              "\ud83d\ude00",
              "sha256:")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  private final Random random;
  private final List<byte[]> samples;

  private Damage(long seed, List<byte[]> samples) {
    this.random = new Random(seed);
    this.samples = samples;
  }

  /** So many damaged forms of good input. */
  public static Stream<byte[]> of(long seed, int count, List<byte[]> samples) {
    Damage damage = new Damage(seed, List.copyOf(samples));
    return IntStream.range(0, count).mapToObj(i -> damage.next());
  }

  /** The same for texts, read as UTF-8 afterwards, whatever became of them. */
  public static Stream<String> ofTexts(long seed, int count, List<String> samples) {
    List<byte[]> bytes =
        samples.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    return of(seed, count, bytes).map(damaged -> new String(damaged, StandardCharsets.UTF_8));
  }

  private byte[] next() {
    byte[] bytes = samples.get(random.nextInt(samples.size()));
    for (int changes = random.nextInt(1, MOST_CHANGES + 1); changes > 0; changes--) {
      bytes = change(bytes);
    }
    return bytes;
  }

  private byte[] change(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(1, LONGEST_STRETCH));
    return switch (random.nextInt(7)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, from, Arrays.copyOfRange(bytes, from, to), from);
      case 2 -> Arrays.copyOf(bytes, from);
      case 3 -> joined(bytes, from, block(), Math.min(bytes.length, from + 1));
      case 4 -> joined(bytes, from, block(), from);
      case 5 -> joined(bytes, from, splice(), to);
      default -> joined(bytes, from, randomBytes(), Math.min(bytes.length, from + 1));
    };
  }

  private byte[] block() {
    return STUMBLING_BLOCKS.get(random.nextInt(STUMBLING_BLOCKS.size()));
  }

  /** A stretch of another sample, or of the same. */
  private byte[] splice() {
    byte[] other = samples.get(random.nextInt(samples.size()));
    int from = random.nextInt(other.length + 1);
    int to = Math.min(other.length, from + random.nextInt(LONGEST_STRETCH));
    return Arrays.copyOfRange(other, from, to);
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[random.nextInt(1, 4)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int until, byte[] middle, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + middle.length);
    out.write(bytes, 0, until);
    out.writeBytes(middle);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }
}
