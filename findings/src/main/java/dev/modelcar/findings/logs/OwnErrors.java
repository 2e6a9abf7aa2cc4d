package dev.modelcar.findings.logs;

import static dev.modelcar.findings.logs.LineWords.ERROR;
import static dev.modelcar.findings.logs.LineWords.NOISE;
import static dev.modelcar.findings.logs.LineWords.REPEATED;
import static dev.modelcar.findings.logs.LineWords.TIDYING;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Errors of a log that stand for themselves: they say something that no line of another error says,
 * so that they do not follow from it. What only reports that something failed is no such error.
 */
final class OwnErrors {
  /** An error as programs head it: by a level, behind a time, or as the end of a trace. */
  private static final Pattern HEADED =
      Pattern.compile(
          "^(?:[\\[(]?[\\d:.,TZ/+-]{4,}[\\])]?\\s+)*\\[?(?:[Ee]rror|ERROR|FATAL|FATA|[Ff]atal|CRITICAL|panic|SEVERE)\\b"
              + "|^\\S+ (?:[Ee]rror|ERROR|FATAL|[Ff]atal|CRITICAL|panic)\\b"
              + "|^[\\d:.,TZ/+-]{8,}\\s[^a-z]*\\b(?:ERROR|FATAL|CRITICAL)\\b"
              + "|\\blevel=\"?(?:error|fatal|panic)|\"(?:level|severity|lvl)\": ?\"(?i:error|fatal|panic|critical)\""
              + "|^[EF]\\d{4} \\d\\d:|^/?\\S+: line \\d+: (?!.*command not found)"
              + "|^(?:E\\s+)?(?:\\w+\\.)*\\w+(?:Error|Exception|Exit|Interrupt)\\b(?:: |$)|^Exception in thread");

  /** An exception of a program about its own data. */
  private static final Pattern OF_THE_PROGRAM =
      Pattern.compile(
          "^(?:\\w+\\.)*(?:KeyError|TypeError|NameError|AttributeError|IndexError|ZeroDivisionError|UnboundLocalError|AssertionError|NotImplementedError|ReferenceError|SyntaxError"
              + "|NullPointerException|IndexOutOfBoundsException|ClassCastException)\\b");

  private static final Pattern EXCEPTION =
      Pattern.compile("^(?:\\w+\\.)*\\w+(?:Error|Exception)\\b");

  /** A shell stumbles over what a command did not give it, again and again. */
  private static final Pattern OF_SHELL = Pattern.compile("^/?\\S+: line \\d+: ");

  /** Programs stumble over what an earlier failure did not give them. */
  private static final Pattern OF_NOTHING =
      Pattern.compile("NoneType|\\bis null\\b|\\bundefined\\b");

  /** What is printed of another program's end. */
  private static final Pattern OF_THE_END =
      Pattern.compile(
          "(?i)\\bexit(?:ed|ing)?\\b|\\bexit[_ ]?(?:status|code)\\b|\\bnon-?zero\\b|\\berror \\d+\\s*$|CalledProcessError|ChildFailedError|\\bchild process\\b|\\breturned? (?:code|status)\\b|\\bsee\\b.*\\b(?:above|stack ?trace|root cause)\\b|^\\[?error\\]?:?\\s*(?:to see\\b|re-?run\\b|for more\\b|\\[help|$)|\\bstack ?trace\\b|terminate called without an active exception|\\binitialization failed\\b|\\bstartup failed\\b");

  private static final Pattern LINKED =
      Pattern.compile(
          "^(?:The above exception was the direct cause|During handling of the above exception|Caused by\\b)");

  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z'-]{3,}");

  /** Paths, addresses, digests and the like say where, not what. */
  private static final Pattern PLACE =
      Pattern.compile(
          "^(?:\\w+\\.)+\\w+: |\\S*[/@=]\\S*|\\b[0-9a-f]{8,}\\b|\\b\\w+(?:\\.\\w+)*_\\w+\\b|\\b\\w+\\(\\S*\\)|\\b(?:\\w+\\.){2,}\\w+\\b");

  /** Words of any report of a failure. */
  private static final Set<String> GENERAL =
      Stream.of(
              """
              error errors fatal fata failed fail fails failure failures failing exception panic level severity critical main thread
              time could cannot can't couldn't unable while during when with from into this that there which because
              reason cause caused details detail message status code after before trying have been were will would more last
              aborting aborted abort stopped stopping quitting giving exit exited exiting nothing further please check logs above below
              image images push pushing pushed pull pulling pulled build building built upload uploading uploaded download downloading downloaded
              copy copying fetch fetching layer layers blob blobs manifest registry repository model models file files folder directory
              step steps task tasks stage stages command commands process script pipeline action job jobs run running operation request requests
              solve target recipe rule make build-and-push result results response server client connection remote object objects
              init initialize initializing start starting load loading read reading write writing open opening create creating get getting
              execute executing execution complete completed attempts attempt tries retries times max maximum exceeded error-code
              """
                  .split("\\s+"))
          .filter(word -> !word.isBlank())
          .collect(Collectors.toUnmodifiableSet());

  private static final int NEWS = 2;
  private static final String TRACE = "Traceback (most recent call last)";

  private OwnErrors() {}

  /** Whether a line only reports that something else ended. */
  static boolean isOfTheEnd(String line) {
    return OF_THE_END.matcher(line).find();
  }

  static boolean isTrace(String line) {
    return line.contains(TRACE);
  }

  /** Where an error stands that stands for itself. */
  enum Other {
    NONE,
    /** Right beside, as scripts comment on what failed: either may be the cause. */
    BESIDE,
    /** With other lines between: the work went on from one to the other. */
    APART
  }

  /**
   * The error that follows.
   *
   * @param first line of the error that is asked for
   * @param last line of it
   */
  static Other following(List<String> lines, int first, int last) {
    Set<String> known = words(lines.subList(Math.max(0, first - 3), last + 1));
    boolean linked = false;
    boolean beside = true;
    boolean tidying = false;
    Other other = Other.NONE;
    for (int i = last + 1; i < lines.size(); i++) {
      String line = lines.get(i);
      linked |= LINKED.matcher(line).find();
      boolean program = OF_THE_PROGRAM.matcher(line).find();
      boolean headed =
          HEADED.matcher(line).find()
              || (i == lines.size() - 1 && !line.startsWith(" ") && ERROR.matcher(line).find());
      tidying = line.startsWith("+") ? TIDYING.matcher(line).find() : tidying;
      if (headed && !tidying && isOwn(line, known) && (program || !linked)) {
        boolean again = other != Other.NONE && !OF_SHELL.matcher(line).find();
        if (again || !(program ? OF_NOTHING.matcher(line).find() : beside)) {
          return Other.APART;
        }
        other = Other.BESIDE;
        known.addAll(words(List.of(line)));
      }
      beside &=
          line.isBlank()
              || line.startsWith(" ")
              || line.startsWith(TRACE)
              || OF_SHELL.matcher(line).find();
    }
    return other;
  }

  /**
   * The error that comes before.
   *
   * @param from first line that is looked at
   * @param explained lines that a rule explains
   */
  static Other preceding(
      List<String> lines, int from, int first, int last, Set<Integer> explained) {
    Set<String> known = words(lines.subList(first, Math.min(lines.size(), last + 4)));
    Other other = Other.NONE;
    boolean frames = false;
    for (int i = from; i < first; i++) {
      String line = lines.get(i);
      if (LINKED.matcher(line).find()) {
        other = Other.NONE;
      }
      boolean ends = frames && !line.isBlank() && !line.startsWith(" ");
      frames = (frames && !ends) || (i > from && isTrace(lines.get(i - 1)) && line.startsWith(" "));
      boolean program = OF_THE_PROGRAM.matcher(line).find();
      // What a logger says before a trace is its caption.
      boolean caption = isTrace(lines.get(i + 1)) && !EXCEPTION.matcher(line).find();
      boolean wordy = ends || (HEADED.matcher(line).find() && (program || i < first - 1));
      if (wordy && !caption && !explained.contains(i) && isOwn(line, known)) {
        other = ends && i < first - 1 ? Other.APART : Other.BESIDE;
      }
    }
    return other;
  }

  private static boolean isOwn(String line, Set<String> known) {
    if (OF_THE_END.matcher(line).find()
        || NOISE.matcher(line).find()
        || REPEATED.matcher(line).find()) {
      return false;
    }
    if (OF_THE_PROGRAM.matcher(line).find()) {
      return true;
    }
    Set<String> news = words(List.of(line));
    news.removeAll(known);
    return news.size() >= NEWS;
  }

  private static Set<String> words(List<String> lines) {
    Set<String> words = new HashSet<>();
    for (String line : lines) {
      Matcher matcher = WORD.matcher(PLACE.matcher(line).replaceAll(" "));
      while (matcher.find()) {
        String word = matcher.group().toLowerCase(Locale.ROOT);
        if (!GENERAL.contains(word)) {
          words.add(word);
        }
      }
    }
    return words;
  }
}
