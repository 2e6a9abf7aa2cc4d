package dev.modelcar.fuzz;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;

/** Whatever comes from outside is understood, or refused by an error of our own. */
public final class Verdict {
  private Verdict() {}

  /** What is tested. */
  @FunctionalInterface
  public interface Parser {
    void parse() throws IOException;
  }

  /**
   * Runs a parser. A read may fail as reads do; nothing else may come out of it but an error that a
   * user can be told.
   */
  public static void survives(Parser parser) {
    try {
      parser.parse();
    } catch (ModelcarException e) {
      String message = String.valueOf(e.getMessage());
      if (e.code() == CoreError.UNEXPECTED || message.isBlank() || message.contains("\n")) {
        throw new AssertionError("no error for a user: " + message, e);
      }
    } catch (IOException e) {
      // Whoever reads tells the user which file or server it was.
    }
  }

  /** Fails if something that always holds does not. */
  public static void holds(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
