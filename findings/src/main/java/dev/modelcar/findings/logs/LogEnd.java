package dev.modelcar.findings.logs;

import static dev.modelcar.findings.logs.LineWords.CLEANUP;
import static dev.modelcar.findings.logs.LineWords.COMMAND;
import static dev.modelcar.findings.logs.LineWords.END_CALLED;
import static dev.modelcar.findings.logs.LineWords.ERROR;
import static dev.modelcar.findings.logs.LineWords.ERRORISH;
import static dev.modelcar.findings.logs.LineWords.FAREWELL;
import static dev.modelcar.findings.logs.LineWords.FATAL;
import static dev.modelcar.findings.logs.LineWords.LISTED;
import static dev.modelcar.findings.logs.LineWords.NOISE;
import static dev.modelcar.findings.logs.LineWords.NOT_SUCCESS;
import static dev.modelcar.findings.logs.LineWords.SUCCESS;
import static dev.modelcar.findings.logs.LineWords.TOLD_TO_END;
import static dev.modelcar.findings.logs.LineWords.WENT_ON;

import dev.modelcar.findings.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which of the lines with a rule is why a log ends. */
public final class LogEnd {
  /**
   * Tests provoke errors and print them: what such a run printed before its summary is no cause.
   */
  public static final String TESTS_FAILED = "tests-failed";

  /** Lines of other matters that may follow an error: programs clean up. */
  public static final int MOST_AFTER = 2;

  /** Lines from the end that are looked at, not counted those that belong to one before. */
  public static final int WINDOW = 60;

  /** A line that names its own reason, so that it is none for the trace after it. */
  private static final Pattern OF_ITSELF =
      Pattern.compile("\\[Errno \\d+\\]|\\w(?:Error|Exception)\\b");

  /** Lines of one failure stand together. */
  private static final int BLOCK = 8;

  /**
   * A line that a rule explains.
   *
   * @param line its number in the log, from 0
   * @param matcher the sign of the rule that was found in it
   * @param decisive whether nothing else can be why the log ends
   */
  public record Candidate(int line, Rule rule, Matcher matcher, boolean decisive) {
    public Candidate(int line, Rule rule, Matcher matcher) {
      this(line, rule, matcher, true);
    }

    /** The same as a likely cause only. */
    public Candidate unsure() {
      return new Candidate(line, rule, matcher, false);
    }
  }

  /**
   * The first of the last block, if nothing speaks against it: work that went on, a success, or
   * another error after that.
   *
   * @param most lines of other matters that may follow
   */
  public static Optional<Candidate> best(List<String> lines, List<Candidate> all, int most) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Candidate last = all.getLast();
    int call = endCalled(lines, last);
    if (call >= 0) {
      return best(
              lines.subList(0, call),
              all.stream().filter(each -> each.line() < call).toList(),
              most)
          .map(Candidate::unsure);
    }
    if (isOfCleanup(lines, last)
        || isReportedAsMinor(lines, last)
        || COMMAND.matcher(lines.getLast()).find()
        || lines.subList(Math.max(0, last.line() - WINDOW), last.line()).stream()
            .anyMatch(line -> TOLD_TO_END.matcher(line).find())) {
      return Optional.empty();
    }
    // The cause is said before what follows from it.
    Candidate best =
        all.stream().filter(each -> areTogether(lines, each, last)).findFirst().orElse(last);
    int end = lines.size();
    boolean marked =
        FATAL.matcher(lines.get(last.line())).find()
            || ERROR.matcher(lines.get(last.line())).find();
    int after = news(lines, last.line());
    boolean overtaken = false;
    for (int i = last.line() + 1; i < end; i++) {
      overtaken |=
          FATAL.matcher(lines.get(i)).find()
              && !OwnErrors.isOfTheEnd(lines.get(i))
              && (i > last.line() + BLOCK || neutral(lines, last.line(), i) > 0);
    }
    // Two streams in one log may be in each other's way by a line or two.
    boolean atEnd = end - last.line() <= 3 && FATAL.matcher(lines.get(last.line())).find();
    boolean wentOn =
        lines.subList(last.line(), end).stream().anyMatch(line -> WENT_ON.matcher(line).find());
    return overtaken
            || wentOn
            || (!atEnd && succeeded(lines, last.line(), end))
            || after > (marked ? most : Math.min(most, MOST_AFTER))
        ? Optional.empty()
        : decisive(lines, after == 0 ? best : best.unsure(), last, all);
  }

  /** Errors beside it that no rule explains may be the cause as well, and it an accident. */
  private static Optional<Candidate> decisive(
      List<String> lines, Candidate best, Candidate last, List<Candidate> all) {
    if (best.rule().id().equals(TESTS_FAILED)) {
      return Optional.of(best);
    }
    int from = Math.max(0, best.line() - 2 * BLOCK);
    Set<Integer> explained = all.stream().map(Candidate::line).collect(Collectors.toSet());
    Set<OwnErrors.Other> others =
        EnumSet.of(
            OwnErrors.following(lines, best.line(), last.line()),
            OwnErrors.preceding(lines, from, best.line(), last.line(), explained));
    if (others.contains(OwnErrors.Other.APART)) {
      return Optional.empty();
    }
    return Optional.of(others.contains(OwnErrors.Other.BESIDE) ? best.unsure() : best);
  }

  /** Where a function for the end of the script was called before a line; -1 if none was. */
  private static int endCalled(List<String> lines, Candidate candidate) {
    int from = Math.max(0, candidate.line() - 2 * BLOCK);
    for (int i = candidate.line() - 1; i >= from; i--) {
      if (END_CALLED.matcher(lines.get(i)).find()) {
        return i;
      }
    }
    return -1;
  }

  /** Whether something ended with another error before this one, said by what tidies up. */
  private static boolean isOfCleanup(List<String> lines, Candidate candidate) {
    return CLEANUP.matcher(lines.get(candidate.line())).find()
        && lines.subList(Math.max(0, candidate.line() - BLOCK), candidate.line()).stream()
            .anyMatch(line -> FATAL.matcher(line).find());
  }

  /** Whether it is of a trace that a program logged, and said before it that it went on. */
  private static boolean isReportedAsMinor(List<String> lines, Candidate candidate) {
    int from = Math.max(0, candidate.line() - WINDOW);
    for (int i = candidate.line(); i > from; i--) {
      String line = lines.get(i);
      if (OwnErrors.isTrace(line) && !lines.get(i - 1).isBlank()) {
        String caption = lines.get(i - 1);
        return WENT_ON.matcher(caption).find() && !OF_ITSELF.matcher(caption).find();
      }
      if (i < candidate.line() && !ERRORISH.matcher(line).find()) {
        return false;
      }
    }
    return false;
  }

  /**
   * How many lines after an error speak of other matters, not counted those that take leave. The
   * next command of a script is two, a listing one.
   */
  private static int news(List<String> lines, int after) {
    List<String> following = lines.subList(Math.min(lines.size(), after + 1), lines.size());
    boolean lists = following.stream().anyMatch(line -> LISTED.matcher(line).find());
    return following.stream()
            .filter(line -> !LISTED.matcher(line).find())
            .mapToInt(line ->
                COMMAND.matcher(line).find()
                    ? 2
                    : ERRORISH.matcher(line).find() || FAREWELL.matcher(line).find() ? 0 : 1)
            .sum()
        + (lists ? 1 : 0);
  }

  /** How many lines between two speak of other matters. */
  private static int neutral(List<String> lines, int after, int end) {
    return (int)
        lines.subList(Math.min(end, after + 1), end).stream()
            .filter(line -> !ERRORISH.matcher(line).find() && !FAREWELL.matcher(line).find())
            .count();
  }

  private static boolean areTogether(List<String> lines, Candidate each, Candidate last) {
    return last.line() - each.line() <= BLOCK
        && !succeeded(lines, each.line(), last.line())
        && neutral(lines, each.line(), last.line()) == 0;
  }

  /** Whether lines between two say that something was done with success. */
  public static boolean succeeded(List<String> lines, int after, int end) {
    for (int i = after + 1; i < end; i++) {
      String line = lines.get(i);
      if (SUCCESS.matcher(line).find() && !NOT_SUCCESS.matcher(line).find()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The last line that heads an error, of those before the very end: of a long dump, it tells most.
   */
  public static Optional<String> heading(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - WINDOW), lines.size()).reversed().stream()
        .filter(line -> FATAL.matcher(line).find() && !OwnErrors.isTrace(line))
        .filter(line -> !NOISE.matcher(line).find())
        .findFirst();
  }

  private LogEnd() {}
}
