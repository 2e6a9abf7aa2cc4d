package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.logs.LineWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kubectl, oc, tkn and helm print when a cluster does not take what they send. It is all that
 * there is of an object that was never created.
 */
final class Refusals {
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?:^|[:\\s])(?:Error from server(?: \\(\\w+\\))?: |error: (?:error (?:validating|when|parsing)|unable to (?:recognize|decode|build)|resource mapping not found|no matches for kind|the server doesn't have a resource type)|Error: (?:INSTALLATION|UPGRADE) FAILED)"
              + "|^The [A-Z]\\w+ \"[^\"]*\" is invalid: |\\badmission webhook \"[^\"]+\" denied the request|\\b[a-z]\\w+(?:\\.[\\w.-]+)? (?:\"[^\"]+\" )?is forbidden: |strict decoding error: |failed calling webhook \"");

  /** Something that was taken after it was refused: the refusal is over. */
  private static final Pattern TAKEN =
      Pattern.compile(
          "^(?:[a-z][\\w.-]*/\\S+ (?:created|configured|unchanged|patched|replaced|serverside-applied)\\b|(?:PipelineRun|TaskRun|Pipeline|Task) (?:started|created): |STATUS: deployed)");

  private static final Pattern WARNING = Pattern.compile("^(?:Warning|W\\d{4} )");

  /** What a get returns of what is not there. */
  private static final Pattern NOT_FOUND =
      Pattern.compile("Error from server \\(NotFound\\): (?!error when )[^\\n]*\" not found$");

  private static final Pattern NAMED =
      Pattern.compile(
          "\\b(?:The )?(?<kind>[A-Za-z]\\w*)(?:\\.[\\w.-]+)? \"(?<name>[^\"]+)\" is (?:forbidden|invalid)");

  private static final Pattern OTHER = Pattern.compile("^(?:error|Error|fatal|Traceback)\\b");

  private static final int MOST_LINES = 3;

  private final Judge judge;

  Refusals(Judge judge) {
    this.judge = judge;
  }

  /** Whether a line tells of a refusal. */
  static boolean is(String line) {
    return REFUSED.matcher(line).find()
        && !WARNING.matcher(line).find()
        && !NOT_FOUND.matcher(line).find();
  }

  /** Whether a text tells of refusals, though they may be over. */
  static boolean areIn(List<String> lines) {
    return lines.stream().anyMatch(Refusals::is);
  }

  /** The first refusal that has a rule, of those that nothing followed that was taken. */
  Optional<Finding> of(String source, List<String> lines) {
    for (int line : at(lines)) {
      String said = lines.get(line);
      Optional<Match> match = judge.ofRefusal(new Clue(source, said.strip()));
      if (match.isPresent() && !wentOn(lines, line)) {
        List<String> evidence = new ArrayList<>(match.get().evidence());
        lines.subList(line + 1, Math.min(lines.size(), line + MOST_LINES)).stream()
            .filter(next -> next.startsWith(" ") || next.startsWith("*"))
            .forEach(next -> evidence.add(source + ": " + next.strip()));
        Place place =
            new Place(
                object(source, said),
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                Optional.empty(),
                "the API server did not take what it was sent");
        Match found = new Match(match.get().rule(), match.get().values(), evidence);
        return Optional.of(
            place.finding(Role.CAUSE, hasOther(lines, line) ? found.unproven() : found));
      }
    }
    return Optional.empty();
  }

  /** Whether the script says that it goes on without what was refused. */
  private static boolean wentOn(List<String> lines, int line) {
    return lines.stream()
        .skip(line)
        .limit(MOST_LINES)
        .anyMatch(each -> LineWords.WENT_ON.matcher(each).find());
  }

  /** Whether another error follows that is no refusal. */
  private static boolean hasOther(List<String> lines, int line) {
    return lines.stream().skip(line + 1L).anyMatch(each -> OTHER.matcher(each).find() && !is(each));
  }

  private static List<Integer> at(List<String> lines) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (TAKEN.matcher(line).find()) {
        found.clear();
      } else if (is(line)) {
        found.add(i);
      }
    }
    return found;
  }

  private static String object(String source, String said) {
    Matcher named = NAMED.matcher(said);
    return named.find()
        ? named.group("kind").toLowerCase(Locale.ROOT).replaceFirst("s$", "")
            + "/"
            + named.group("name")
        : source;
  }
}
