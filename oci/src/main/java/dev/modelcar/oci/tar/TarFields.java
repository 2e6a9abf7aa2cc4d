package dev.modelcar.oci.tar;

import dev.modelcar.oci.tar.TarIndex.InvalidTarException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the fields of header blocks: ustar, GNU and PAX. */
final class TarFields {
  private TarFields() {}

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Refuses a block whose sum is not what it says. */
  static void check(byte[] header) throws InvalidTarException {
    if (header.length < TarHeader.BLOCK) {
      throw new InvalidTarException("it ends within a header");
    }
    int sum = 0;
    for (int i = 0; i < TarHeader.BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (number(header, 148, 8) != sum) {
      throw new InvalidTarException("a header is damaged");
    }
  }

  static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean ustar = text(header, 257, 6).equals("ustar");
    String prefix = ustar && header[262] == 0 ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  static String text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }

  static String text(byte[] bytes, int at, int length) {
    int end = at;
    while (end < at + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** Octal digits, or, with the top bit set, base 256; -1 for what is neither. */
  static long number(byte[] header, int at, int length) {
    if ((header[at] & 0x80) != 0) {
      long value = header[at] & 0x7f;
      for (int i = at + 1; i < at + length; i++) {
        if (value >>> 55 != 0) {
          return -1;
        }
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    String digits = text(header, at, length).strip();
    if (!digits.matches("[0-7]{0,20}")) {
      return -1;
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  static Map<String, String> paxRecords(byte[] content) throws InvalidTarException {
    Map<String, String> records = new LinkedHashMap<>();
    int at = 0;
    while (at < content.length) {
      int space = at;
      while (space < content.length && content[space] != ' ') {
        space++;
      }
      String length = new String(content, at, space - at, StandardCharsets.US_ASCII);
      if (!length.matches("[1-9]\\d{0,6}") || at + Integer.parseInt(length) > content.length) {
        throw new InvalidTarException("a PAX record is damaged");
      }
      int end = at + Integer.parseInt(length);
      if (end <= space + 1) {
        throw new InvalidTarException("a PAX record is damaged");
      }
      String record = new String(content, space + 1, end - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        records.put(record.substring(0, equals), record.substring(equals + 1));
      }
      at = end;
    }
    return records;
  }

  static long decimal(String digits) {
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
  }
}
