package dev.modelcar.cli.commands.shell;

import dev.modelcar.cli.views.Version;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command's help as a manual page, in the macros of man(7). Two builds of the same sources make
 * the same, and linters have nothing to say of it.
 */
final class ManPage {
  private static final int WIDTH = 78;
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final StringBuilder out = new StringBuilder();

  private ManPage() {}

  /**
   * The page of a command.
   *
   * @param name with those of the commands above it, joined by hyphens
   * @param below the commands that it has
   */
  static String of(String name, CommandLine command, List<CommandLine> below) {
    return new ManPage().page(name, command, below);
  }

  private String page(String name, CommandLine command, List<CommandLine> below) {
    CommandSpec spec = command.getCommandSpec();
    Help help = command.getHelp();
    String description = String.join(" ", spec.usageMessage().description());
    line(
        ".TH %s 1 \"%s\" \"modelcar %s\" \"modelcar manual\""
            .formatted(name.toUpperCase(Locale.ROOT), Version.date(), Version.text()));
    section("Name");
    filled("%s - %s".formatted(name, firstSentence(description)));
    section("Synopsis");
    line(".nf");
    text(help.synopsis(0).strip());
    line(".fi");
    section("Description");
    filled(description);
    List<PositionalParamSpec> parameters =
        spec.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    List<OptionSpec> options = spec.options().stream().filter(each -> !each.hidden()).toList();
    if (!parameters.isEmpty()) {
      section("Arguments");
      parameters.forEach(each -> item(each.paramLabel(), each.description(), ""));
    }
    if (!options.isEmpty()) {
      section("Options");
      for (OptionSpec option : options) {
        item(
            String.join(", ", option.names())
                + (option.arity().max() == 0 ? "" : " " + option.paramLabel()),
            option.description(),
            String.valueOf(option.defaultValueString()));
      }
    }
    if (!below.isEmpty()) {
      section("Commands");
      for (CommandLine each : below) {
        item(
            each.getCommandName(),
            new String[] {String.join(" ", each.getCommandSpec().usageMessage().description())},
            "");
      }
    }
    String footer = String.join("\n", spec.usageMessage().footer());
    if (!footer.isBlank()) {
      section("Examples");
      line(".nf");
      text(footer);
      line(".fi");
    }
    section("See also");
    filled(
        Stream.concat(
                name.contains("-")
                    ? Stream.of(name.substring(0, name.lastIndexOf('-')))
                    : Stream.of(),
                below.stream().map(each -> name + "-" + each.getCommandName()))
            .map(page -> page + "(1)")
            .collect(Collectors.joining(", ")));
    return out.toString();
  }

  private static String firstSentence(String text) {
    String first = text.split("(?<=[.:;]) ", 2)[0].replaceFirst("[.:;]$", "");
    return first.isEmpty() ? text : first;
  }

  private void section(String title) {
    line(".SH " + title.toUpperCase(Locale.ROOT));
  }

  private void item(String term, String[] description, String standard) {
    line(".TP");
    plain("\\fB" + escaped(term) + "\\fR");
    filled(String.join(" ", description).replace("${DEFAULT-VALUE}", standard));
  }

  /** Where lines end does not matter to the page, but to whoever looks at its source. */
  private void filled(String text) {
    StringBuilder line = new StringBuilder();
    for (String word : BLANKS.splitAsStream(escaped(text)).toList()) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        plain(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    plain(line.toString());
  }

  private void text(String text) {
    plain(escaped(text));
  }

  /** Lines that begin with a control character would be read as macros. */
  private void plain(String text) {
    text.lines()
        .map(each -> each.startsWith(".") || each.startsWith("'") ? "\\&" + each : each)
        .forEach(this::line);
  }

  private static String escaped(String text) {
    String ascii = text.replace("\\", "\\e").replace("-", "\\-").replace("%n", "");
    return ascii
        .codePoints()
        .mapToObj(c -> c < 0x7f ? Character.toString(c) : "\\[u%04X]".formatted(c))
        .collect(Collectors.joining());
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
