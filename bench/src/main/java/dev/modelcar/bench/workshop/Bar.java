package dev.modelcar.bench.workshop;

import java.io.IOException;
import java.util.List;

/** Something that has to be reached. */
public interface Bar {
  /** How it is asked for on the command line. */
  String name();

  /** What is compared with what. */
  String description();

  /** Measures; no row at all if something is missing for it, which it says to the workshop. */
  List<Row> measure(Workshop workshop) throws IOException;

  /**
   * A line of the table.
   *
   * @param what is measured
   * @param measured the number, as it is shown
   * @param limit what it is held against
   * @param holds whether the bar is reached
   */
  record Row(String what, String measured, String limit, boolean holds) {
    /** A ratio that may be so large at most. */
    public static Row ratio(String what, double ratio, double limit) {
      return new Row(what, "%.3f".formatted(ratio), "≤ %s".formatted(limit), ratio <= limit);
    }

    public static Row seconds(String what, double seconds, double limit) {
      return new Row(
          what, "%.2f s".formatted(seconds), "≤ %s s".formatted(limit), seconds <= limit);
    }
  }
}
