package dev.modelcar.findings.diagnosis;

import static dev.modelcar.findings.logs.LineWords.ASSERTION;
import static dev.modelcar.findings.logs.LineWords.ERROR;
import static dev.modelcar.findings.logs.LineWords.NOISE;
import static dev.modelcar.findings.logs.LineWords.REPEATED;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.Sign;
import dev.modelcar.findings.logs.LogEnd;
import dev.modelcar.findings.logs.Printed;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the rule that explains what a cluster says, or what a container printed before it ended. A
 * line of a log counts only where it stands at the end of the work: what was repeated with success,
 * ignored or warned of is no cause.
 */
final class Judge {
  private static final Set<Sign.Where> CLUSTER =
      EnumSet.of(Sign.Where.EVENT, Sign.Where.STATUS, Sign.Where.ADMISSION);
  private static final Set<Sign.Where> PRINTED =
      EnumSet.of(Sign.Where.LOG, Sign.Where.RESPONSE, Sign.Where.ADMISSION);

  /** Rules for what an API server says without a webhook, beside those of admission. */
  private static final Set<String> OF_REFUSALS = Set.of("kubernetes-forbidden");

  private static final Set<String> OF_PROBES =
      Set.of("liveness-probe-killed", "serve-probe-path", "serve-probe-port");

  /** What programs print of requests that may well fail. */
  private static final Set<String> OF_REQUESTS = Set.of("serve-model-name", "object-missing");

  /** What is said of any volume or node that is not there; a rule for the reason goes first. */
  private static final Set<String> GENERAL =
      Set.of(
          "volume-mount-timeout",
          "volume-mount-failed",
          "serve-unschedulable",
          "pod-unschedulable");

  private static final Pattern LEFT_OUT = Pattern.compile("^\\[… \\d+ lines left out …\\]$");
  private static final Pattern INDENTED = Pattern.compile("^\\s|" + LEFT_OUT.pattern());

  private static final Pattern CANNOT_RUN = Pattern.compile("ermission denied|annot execute");
  private static final Pattern NOT_FOUND = Pattern.compile("not found|[Nn]o such file");
  private static final Pattern NOTHING = Pattern.compile("(?!)");
  private static final Pattern ERROR_ID = Pattern.compile("^\\s*error id: ([a-z][a-z0-9-]+)\\s*$");

  private final Catalogue catalogue;
  private final ErrorCatalogue errors;

  Judge(Catalogue catalogue, ErrorCatalogue errors) {
    this.catalogue = catalogue;
    this.errors = errors;
  }

  Rule rule(String id) {
    return catalogue.find(id).orElseThrow(() -> new IllegalStateException("no rule " + id));
  }

  Optional<ErrorCode> error(String id) {
    return errors.find(id);
  }

  // ---- what the cluster says ----

  /**
   * The rule for the first clue that has one.
   *
   * @param log of the container that failed, for rules that want to see more
   */
  Optional<Match> ofCluster(List<Clue> clues, List<String> log, boolean serving) {
    return ofCluster(clues, log, serving, rule -> !GENERAL.contains(rule.id()))
        .or(() -> ofCluster(clues, log, serving, rule -> GENERAL.contains(rule.id())));
  }

  private Optional<Match> ofCluster(
      List<Clue> clues, List<String> log, boolean serving, Predicate<Rule> which) {
    for (Clue clue : clues) {
      for (Rule rule : causes(serving, true).stream().filter(which).toList()) {
        Optional<Matcher> found = find(rule, CLUSTER, clue.text(), _ -> true);
        if (found.isPresent() && !excluded(rule, clue.text()) && mayBe(rule, clue)) {
          List<String> more = also(rule, log);
          if (rule.also().isEmpty() || !more.isEmpty()) {
            List<String> evidence = new ArrayList<>(List.of(clue.quoted()));
            more.forEach(line -> evidence.add("log: " + line.strip()));
            Map<String, String> values = new HashMap<>(groups(found.get()));
            host(clue.text()).ifPresent(host -> values.put("seen", host));
            return Optional.of(new Match(rule, values, evidence).provenBy("log", log));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What a probe prints sounds like what registries and servers say. */
  private static boolean mayBe(Rule rule, Clue clue) {
    return !clue.text().startsWith("Unhealthy: ") || OF_PROBES.contains(rule.id());
  }

  /**
   * The rule for what a cluster said of an object that it did not take. What it quotes of webhooks
   * and other servers sounds like what registries say.
   */
  Optional<Match> ofRefusal(Clue clue) {
    return admissionFirst(causes(false, false)).stream()
        .filter(rule ->
            isOfAdmission(rule)
                || rule.category().equals("admission")
                || OF_REFUSALS.contains(rule.id()))
        .filter(rule -> rule.also().isEmpty() && !excluded(rule, clue.text()))
        .flatMap(rule ->
            find(rule, PRINTED, clue.text(), _ -> true)
                .map(found -> new Match(rule, groups(found), List.of(clue.quoted())))
                .stream())
        .findFirst();
  }

  private static List<Rule> admissionFirst(List<Rule> rules) {
    return Stream.concat(
            rules.stream().filter(Judge::isOfAdmission),
            rules.stream().filter(rule -> !isOfAdmission(rule)))
        .toList();
  }

  private static boolean isOfAdmission(Rule rule) {
    return rule.signs().stream().anyMatch(sign -> sign.where() == Sign.Where.ADMISSION);
  }

  private static boolean hasAlso(Rule rule, List<String> log) {
    return rule.also().isEmpty() || !also(rule, log).isEmpty();
  }

  private static List<String> also(Rule rule, List<String> log) {
    return rule.also().stream()
        .flatMap(pattern -> log.stream().filter(line -> pattern.matcher(line).find()).limit(1))
        .toList();
  }

  /** Rules that may be blamed; for what serves, those of serving come first, and only there. */
  private List<Rule> causes(boolean serving, boolean cluster) {
    Stream<Rule> all = catalogue.rules().stream().filter(rule -> rule.severity() == Severity.ERROR);
    if (!serving) {
      List<Rule> rules = all.filter(rule -> !cluster || !isServing(rule)).toList();
      return Stream.concat(
              rules.stream().filter(rule -> !isServing(rule)),
              rules.stream().filter(Judge::isServing))
          .toList();
    }
    List<Rule> rules = all.toList();
    return Stream.concat(
            rules.stream().filter(Judge::isServing),
            rules.stream().filter(rule -> !isServing(rule)))
        .toList();
  }

  private static boolean isServing(Rule rule) {
    return rule.id().startsWith("serve-");
  }

  private static Optional<Matcher> find(
      Rule rule, Set<Sign.Where> where, String text, Predicate<Sign.Server> isOf) {
    for (Sign sign : rule.signs()) {
      if (where.contains(sign.where())) {
        Matcher matcher = sign.pattern().matcher(text);
        if (matcher.find() && sign.server().map(isOf::test).orElse(true)) {
          return Optional.of(matcher);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean excluded(Rule rule, String text) {
    return rule.exclude().stream().anyMatch(other -> other.pattern().matcher(text).find());
  }

  private static Map<String, String> groups(Matcher matcher) {
    Map<String, String> values = new HashMap<>();
    matcher
        .namedGroups()
        .forEach((name, group) -> {
          String value = matcher.group(group);
          if (value != null) {
            values.put(name.replaceAll("\\d+$", ""), value);
          }
        });
    return values;
  }

  // ---- what a container printed ----

  /**
   * The rule for the end of a log.
   *
   * @param serving whether it is that of what serves a model
   * @param ended whether the container ended with a failure; if not, the lines alone have to tell
   */
  Optional<Match> ofLog(Printed log, boolean serving, boolean ended) {
    List<String> lines = log.lines();
    int from = window(lines);
    List<Rule> rules = causesIn(log, serving);
    List<Rule> admissionFirst = admissionFirst(rules);
    List<LogEnd.Candidate> strong = new ArrayList<>();
    List<LogEnd.Candidate> weak = new ArrayList<>();
    for (int i = from; i < lines.size(); i++) {
      String line = lines.get(i);
      for (Rule rule : Refusals.is(line) ? admissionFirst : rules) {
        Optional<Matcher> found = find(rule, PRINTED, line, server -> log.isOf(server, line));
        if (found.isPresent() && !excluded(rule, line) && hasAlso(rule, lines)) {
          if (rule.id().equals(LogEnd.TESTS_FAILED)) {
            weak.clear();
            strong.removeIf(each -> !each.rule().id().equals(LogEnd.TESTS_FAILED));
            strong.add(new LogEnd.Candidate(i, rule, found.get()));
          } else if (!NOISE.matcher(line).find() && (serving || !ASSERTION.matcher(line).find())) {
            (REPEATED.matcher(line).find() ? weak : strong)
                .add(new LogEnd.Candidate(i, rule, found.get()));
          }
          break;
        }
      }
    }
    return LogEnd.best(lines, strong, ended ? LogEnd.MOST_AFTER : Integer.MAX_VALUE)
        .or(() -> ended ? LogEnd.best(lines, weak, 0) : Optional.empty())
        .map(candidate ->
            log.mayHaveEndedOtherwise(lines.get(candidate.line())) ? candidate.unsure() : candidate)
        .map(candidate -> match(log, candidate));
  }

  /** Rules for a log; those of serving only where it has to do with that. */
  private List<Rule> causesIn(Printed log, boolean serving) {
    List<Rule> rules = causes(serving, false);
    return serving || log.isOfServing()
        ? rules
        : rules.stream().filter(rule -> !isServing(rule)).toList();
  }

  /**
   * The rule for a log of which nothing else is known: only what it ends with as an error counts.
   */
  Optional<Match> ofLogAlone(Printed log, boolean serving) {
    List<String> lines = log.lines();
    return ofLog(log, serving, true)
        .filter(match -> ERROR.matcher(match.evidence().getFirst()).find())
        .filter(match -> !OF_REQUESTS.contains(match.rule().id()))
        .filter(match -> {
          String line = match.evidence().getFirst().substring(log.source().length() + 2);
          int at = lines.stream().map(String::strip).toList().lastIndexOf(line);
          return !LogEnd.succeeded(lines, at, lines.size());
        });
  }

  /** Where the last lines begin. */
  private static int window(List<String> lines) {
    int from = lines.size();
    for (int counted = 0; from > 0 && counted < LogEnd.WINDOW; from--) {
      counted += INDENTED.matcher(lines.get(from - 1)).find() ? 0 : 1;
    }
    return from;
  }

  /**
   * The last error with a rule, wherever it stands in a log that is too large to be read by people.
   * Work that went on after it speaks against it, so that it is no more than a hint.
   */
  Optional<Match> earlier(Printed log) {
    List<String> lines = log.lines();
    if (lines.stream().noneMatch(line -> LEFT_OUT.matcher(line).find())) {
      return Optional.empty();
    }
    List<Rule> rules = causesIn(log, false);
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (ERROR.matcher(line).find()
          && !NOISE.matcher(line).find()
          && !ASSERTION.matcher(line).find()
          && !REPEATED.matcher(line).find()) {
        for (Rule rule : rules) {
          Optional<Matcher> found = find(rule, PRINTED, line, server -> log.isOf(server, line));
          if (found.isPresent() && !excluded(rule, line) && hasAlso(rule, lines)) {
            return Optional.of(match(log, new LogEnd.Candidate(i, rule, found.get())));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What a shell prints of a program that it cannot run, wherever that stands in the log. */
  Optional<Match> ofShell(Printed log, int exitCode) {
    Pattern says =
        switch (exitCode) {
          case 126 -> CANNOT_RUN;
          case 127 -> NOT_FOUND;
          default -> NOTHING;
        };
    return log.lines().reversed().stream()
        .filter(line -> says.matcher(line).find())
        .flatMap(line -> ofLog(log.with(List.of(line)), false, true).stream())
        .findFirst();
  }

  private static Match match(Printed log, LogEnd.Candidate candidate) {
    String source = log.source();
    List<String> lines = log.lines();
    Set<String> evidence = new LinkedHashSet<>();
    evidence.add(source + ": " + lines.get(candidate.line()).strip());
    for (int i = candidate.line() + 1; i < Math.min(lines.size(), candidate.line() + 3); i++) {
      evidence.add(source + ": " + lines.get(i).strip());
    }
    also(candidate.rule(), lines).forEach(line -> evidence.add(source + ": " + line.strip()));
    Map<String, String> values = new LinkedHashMap<>(groups(candidate.matcher()));
    host(lines.get(candidate.line()))
        .or(() -> laterHost(lines, candidate.line()))
        .ifPresent(host -> values.putIfAbsent("host", host));
    Match match = new Match(candidate.rule(), values, List.copyOf(evidence));
    return candidate.decisive() ? match.provenBy(source, lines) : match.unproven();
  }

  /** Lines of a trace that are looked at after its first error. */
  private static final int LATER = 12;

  private static final Pattern HOST =
      Pattern.compile(
          "(?:https?://|docker://|oci://)([\\w.-]+(?::\\d+)?)|\\b((?:[\\w-]+\\.)+[a-z]{2,}(?::\\d+)?)/[\\w./-]+");

  /** The server that the end of a trace names, where its first error does not. */
  private static Optional<String> laterHost(List<String> lines, int line) {
    return lines.stream()
        .skip(line + 1L)
        .limit(LATER)
        .filter(each -> !each.startsWith(" ") && each.contains("://"))
        .flatMap(each -> host(each).stream())
        .findFirst();
  }

  /** The server that a text names. */
  static Optional<String> host(String text) {
    Matcher matcher = HOST.matcher(text);
    return matcher.find()
        ? Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
        : Optional.empty();
  }

  /** The error of modelcar that a log ends with, if it ran there. */
  Optional<ErrorCode> ownError(List<String> lines) {
    int from = window(lines);
    for (int i = lines.size() - 1; i >= from; i--) {
      Matcher matcher = ERROR_ID.matcher(lines.get(i));
      if (matcher.matches()) {
        return error(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  // ---- notes ----

  /** What a log or the fields of an object show that is worth a note, and never a cause. */
  List<Match> notes(String source, List<String> lines, List<String> fields) {
    List<Match> notes = new ArrayList<>();
    for (Rule rule : catalogue.rules()) {
      if (rule.severity() == Severity.ERROR) {
        continue;
      }
      for (Sign sign : rule.signs()) {
        List<String> where =
            switch (sign.where()) {
              case LOG -> lines;
              case OBJECT -> fields;
              case EVENT, STATUS, RESPONSE, ADMISSION -> List.<String>of();
            };
        Optional<String> line =
            where.stream().filter(each -> sign.pattern().matcher(each).find()).findFirst();
        if (line.isPresent()) {
          notes.add(
              new Match(
                  rule,
                  groups(found(sign.pattern(), line.get())),
                  List.of(source + ": " + line.get().strip())));
          break;
        }
      }
    }
    return notes;
  }

  private static Matcher found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("it was found before");
    }
    return matcher;
  }
}
