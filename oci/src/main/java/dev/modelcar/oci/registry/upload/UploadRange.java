package dev.modelcar.oci.registry.upload;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many bytes of an upload a registry has, from {@code Range}. */
public final class UploadRange {
  private static final Pattern RANGE = Pattern.compile("(bytes=)?0-(-?\\d{1,18})");

  private UploadRange() {}

  /**
   * The number of bytes held; nothing if the field does not tell. The last offset stands there, in
   * one dialect (Quay's, with a unit) the number of bytes itself; {@code 0--1} is none, and {@code
   * 0-0} may be none or one and is taken for none.
   */
  public static OptionalLong held(String range) {
    Matcher matcher = RANGE.matcher(range.strip());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long last = Long.parseLong(matcher.group(2));
    if (last <= 0) {
      return OptionalLong.of(0);
    }
    return OptionalLong.of(matcher.group(1) == null ? last + 1 : last);
  }
}
