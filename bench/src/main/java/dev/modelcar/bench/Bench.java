package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.core.ByteSize;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the bars that are asked for, and says which are reached. */
@CommandLine.Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures whole processes in turn, and compares the best of each.")
public final class Bench implements Callable<Integer> {
  private static final List<Bar> BARS =
      List.of(
          new ShipBar(),
          UsualBar.withDockersRegistry(),
          UsualBar.withDistribution3(),
          new TlsBar(),
          new LanesBar(),
          new FolderBar(),
          new MemoryBar(),
          new PlanBar(),
          new OverheadBar(),
          new TwoTargetsBar(),
          new CopyBar(),
          new AgainBar(),
          new OneShardBar(),
          new ResumeBar(),
          new KillsBar(),
          new JournalBar(),
          new PartsBar(),
          new SizeBar(),
          new PageBar(),
          new DiagnoseBar());

  @Option(names = "--size", defaultValue = "4GiB", description = "of the model (default: 4GiB)")
  String size = "";

  @Option(
      names = "--huge",
      defaultValue = "64GiB",
      description = "of the model that shows whether memory depends on size (default: 64GiB)")
  String huge = "";

  @Option(names = "--rounds", defaultValue = "3", description = "how often each runs (default: 3)")
  int rounds;

  @Option(names = "--work", required = true, description = "folder for everything that is written")
  Path work = Path.of(".");

  @Option(names = "--root", required = true, hidden = true)
  Path root = Path.of(".");

  @Option(names = "--list", description = "say which bars there are")
  boolean list;

  @Parameters(paramLabel = "BAR", description = "which to measure (default: all)")
  List<String> names = new ArrayList<>();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      BARS.forEach(bar -> out.printf("%-12s %s%n", bar.name(), bar.description()));
      return 0;
    }
    Workshop.Settings settings =
        new Workshop.Settings(bytes(size), bytes(huge), rounds, root, work.toAbsolutePath());
    List<Bar.Row> rows = new ArrayList<>();
    try (Workshop workshop = new Workshop(settings, err)) {
      for (Bar bar : BARS) {
        if (names.isEmpty() || names.contains(bar.name())) {
          err.println(bar.name() + ": " + bar.description());
          rows.addAll(bar.measure(workshop));
        }
      }
    }
    print(rows);
    return rows.stream().allMatch(Bar.Row::holds) ? 0 : 1;
  }

  private static long bytes(String text) {
    return ByteSize.parse(text)
        .orElseThrow(() -> new IllegalArgumentException(text + " is no size, such as 4GiB"));
  }

  private void print(List<Bar.Row> rows) {
    out.println("| what | measured | bar | |");
    out.println("|---|---|---|---|");
    for (Bar.Row row : rows) {
      out.printf(
          "| %s | %s | %s | %s |%n",
          row.what(), row.measured(), row.limit(), row.holds() ? "yes" : "**no**");
    }
  }
}
