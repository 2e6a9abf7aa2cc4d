package dev.modelcar.cli.views;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which version of the program this is. */
public final class Version {
  private Version() {}

  public static String text() {
    return property("version", "unknown");
  }

  /** The day of the sources, the same in each build of them; empty if it is not known. */
  public static String date() {
    return property("date", "").replaceFirst("T.*", "");
  }

  private static String property(String name, String otherwise) {
    try (InputStream in =
        Version.class.getResourceAsStream("/dev/modelcar/cli/modelcar.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty(name, otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** For people. */
  public static String line() {
    return "modelcar " + text() + " (Java " + Runtime.version() + ")";
  }
}
