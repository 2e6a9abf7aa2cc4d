package dev.modelcar.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.cli.options.Program;
import dev.modelcar.cli.views.Environment;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  @Test
  void commandsAreFoundByTheNamesTheyBear() {
    CommandLine program = with();
    assertThat(program.getSubcommands())
        .hasSizeGreaterThan(30)
        .allSatisfy((name, command) -> {
          CommandLine.Command annotation =
              command.getCommand().getClass().getAnnotation(CommandLine.Command.class);
          assertThat(annotation.name()).isEqualTo(name);
        });
  }

  @Test
  void onlyTheCommandThatIsCalledIsSetUp() {
    assertThat(with("ship", "plan").getSubcommands()).containsOnlyKeys("ship");
    assertThat(with("registry", "list").getSubcommands())
        .containsOnlyKeys("registry")
        .allSatisfy(
            (name, group) -> assertThat(group.getSubcommands()).containsKeys("list", "show"));
  }

  @Test
  void whatShowsOtherCommandsKnowsAllOfThem() {
    int all = with().getSubcommands().size();
    assertThat(with("help", "ship").getSubcommands()).hasSize(all);
    assertThat(with("completion").getSubcommands()).hasSize(all);
    assertThat(with("shp").getSubcommands()).hasSize(all);
    assertThat(with("--help").getSubcommands()).hasSize(all);
  }

  private static CommandLine with(String... arguments) {
    CommandLine program = new CommandLine(new Bare());
    Commands.addTo(program, List.of(arguments));
    return program;
  }

  @CommandLine.Command(name = "bare")
  private static final class Bare implements Program {
    @Override
    public Environment environment() {
      throw new IllegalStateException("nothing runs");
    }

    @Override
    public int run(Environment other, String... arguments) {
      return 0;
    }
  }
}
