package dev.modelcar.kubernetes.cluster;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Auth files among the data of a Secret, under the names that clients look for. */
public final class AuthData {
  private static final List<String> NAMES =
      List.of(".dockerconfigjson", "config.json", "auth.json", ".dockercfg");

  private AuthData() {}

  /**
   * The contents of auth files, by name.
   *
   * @param data of a Secret, in base64 as the API has it; what is not counts as empty
   */
  public static Map<String, byte[]> of(Fields data) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : NAMES) {
      data.text(name).ifPresent(text -> files.put(name, decoded(text)));
    }
    return files;
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
