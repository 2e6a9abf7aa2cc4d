package dev.modelcar.cli.views;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which version of the program this is. */
public final class Version {
  private Version() {}

  public static String text() {
    try (InputStream in =
        Version.class.getResourceAsStream("/dev/modelcar/cli/modelcar.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** For people. */
  public static String line() {
    return "modelcar " + text() + " (Java " + Runtime.version() + ")";
  }
}
