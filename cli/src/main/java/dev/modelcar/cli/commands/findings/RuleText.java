package dev.modelcar.cli.commands.findings;

import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Sign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A rule as {@code explain} and its page show it. */
final class RuleText {
  private static final Pattern FIELD = Pattern.compile("\\{([a-z]+)\\}");

  private RuleText() {}

  /** A text whose places are not filled in: they stand in capitals. */
  static String open(String text) {
    return FIELD.matcher(text).replaceAll(field -> field.group(1).toUpperCase(Locale.ROOT));
  }

  /** Lines for a terminal. */
  static List<String> of(Rule rule) {
    List<String> lines = new ArrayList<>();
    lines.add(rule.id());
    lines.add("  what:       " + open(rule.title()));
    lines.add("  kind:       %s, %s".formatted(rule.category(), rule.severity().word()));
    rule.signs().forEach(sign -> lines.add("  shows as:   " + sign(sign)));
    rule.also().forEach(also -> lines.add("  and:        " + also));
    lines.add("  why:        " + rule.cause());
    if (!rule.proven()) {
      lines.add("  not proven: " + open(rule.probe()) + " decides");
    }
    rule.exclude().forEach(other -> lines.add("  not if:     " + other.says()));
    rule.fix().forEach(fix -> lines.add("  what to do: " + open(fix)));
    if (!rule.prevent().isEmpty()) {
      lines.add("  prevent it: " + rule.prevent());
    }
    lines.add("  more:       " + rule.doc());
    return lines;
  }

  private static String sign(Sign sign) {
    return sign.where().word() + " /" + sign.pattern() + "/";
  }

  /** The entry of the page. */
  static String page(Rule rule) {
    StringBuilder text = new StringBuilder();
    text.append(
        "### %s%n%n%s. %s, %s.%n%n"
            .formatted(
                rule.id(), open(rule.title()), capital(rule.category()), rule.severity().word()));
    if (!rule.signs().isEmpty()) {
      text.append("Shows as:\n\n```\n");
      rule.signs().forEach(sign -> text.append(sign(sign)).append('\n'));
      rule.also().forEach(also -> text.append("and in the log /").append(also).append("/\n"));
      text.append("```\n\n");
    }
    text.append("**Why:** %s%n%n".formatted(rule.cause()));
    if (!rule.proven()) {
      text.append(
          "**Not proven** by these signs alone. `%s` decides.%n%n".formatted(open(rule.probe())));
    }
    if (!rule.exclude().isEmpty()) {
      text.append("**Not if** one of these is seen:");
      rule.exclude().forEach(other -> text.append(" `%s`".formatted(other.says())));
      text.append("\n\n");
    }
    text.append("**What to do:**\n\n");
    rule.fix().forEach(fix -> text.append("- ").append(open(fix)).append('\n'));
    if (!rule.prevent().isEmpty()) {
      text.append("%n**Prevent it:** %s%n".formatted(rule.prevent()));
    }
    return text.append('\n').toString();
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
