package dev.modelcar.packaging.reuse.journal;

import static dev.modelcar.fuzz.Verdict.holds;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;

/** A journal on a disk that loses and changes bytes. */
final class LinesFuzzTest {
  private static final int LINES = 3;

  @FuzzTest(maxDuration = "30s")
  void anything(byte @NotNull [] bytes) {
    Lines.Content content = Lines.parse(bytes);
    holds(content.bytes() <= bytes.length, "no more is believed than was read");
  }

  /** One byte of what was written is another one. */
  @FuzzTest(maxDuration = "1m")
  void changed(@NotNull String word, @InRange(min = 0) int at, byte by) {
    ObjectNode json = Json.object();
    json.put("word", word);
    byte[] line = Lines.line(json);
    byte[] file = new byte[line.length * LINES];
    for (int i = 0; i < LINES; i++) {
      System.arraycopy(line, 0, file, i * line.length, line.length);
    }
    int place = at % file.length;
    boolean same = file[place] == by;
    file[place] = by;
    Lines.Content content = Lines.parse(file);
    int before = place / line.length;
    holds(content.documents().size() >= before, "what stands before the damage is believed");
    holds(
        content.documents().subList(0, before).stream().allMatch(json::equals),
        "as it was written");
    holds(
        same || content.documents().size() == before,
        "what is damaged, and what follows it, is not");
  }
}
