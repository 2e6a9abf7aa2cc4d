package dev.modelcar.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The document of a run as one HTML page. It has all that it needs in it and asks nobody for
 * anything: its Content Security Policy allows exactly its own script and styles, by their hashes.
 * What the document says becomes text, never markup.
 */
public final class Page {
  private static final String STYLE = resource("uPlot.min.css") + resource("page.css");
  private static final String SCRIPT =
      resource("uPlot.iife.min.js")
          + resource("elements.js")
          + resource("pictures.js")
          + resource("page.js");

  /** Characters of a document that is left as it is, for whoever looks into the file. */
  private static final int PLAIN = 100_000;

  private static final int LARGEST = 256 << 20;

  private static final Pattern EMBEDDED =
      Pattern.compile("<script type=\"application/(json|gzip)\" id=\"run\">([^<]*)</script>");

  private Page() {}

  /** A page that shows a document. */
  public static String of(JsonNode document) {
    return page(data(document), "'none'");
  }

  /**
   * The document that a page carries.
   *
   * @throws IOException if the text is no page, or only a part of one
   */
  public static JsonNode read(String page) throws IOException {
    Matcher found = EMBEDDED.matcher(page);
    if (!found.find()) {
      throw new IOException("no page of modelcar");
    }
    try {
      if (found.group(1).equals("json")) {
        return Json.parse(found.group(2));
      }
      byte[] bytes = Base64.getDecoder().decode(found.group(2));
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return Json.parse(in.readNBytes(LARGEST));
      }
    } catch (Json.InvalidJsonException | IllegalArgumentException e) {
      throw new IOException("the page is damaged: " + e.getMessage(), e);
    }
  }

  /** A page that shows a document, and what follows it as events of {@code events}. */
  static String live(JsonNode document) {
    return page(data(document), "'self'");
  }

  /** JSON that ends no element of HTML and begins none. */
  static String data(JsonNode document) {
    return document
        .toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** Large documents are compressed: digests in hexadecimal digits are twice what they say. */
  private static String embedded(String data) {
    if (data.length() < PLAIN) {
      return "<script type=\"application/json\" id=\"run\">%s</script>".formatted(data);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(data.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "<script type=\"application/gzip\" id=\"run\">%s</script>"
        .formatted(Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  private static String page(String data, String connect) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '%s'; style-src '%s'; \
    img-src data:; connect-src %s; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <link rel="icon" href="data:,">
    <title>modelcar</title>
    <style>%s</style>
    </head>
    <body>
    <main id="page"><noscript><p>This page needs its own script to be shown; nothing is loaded from anywhere.</p></noscript></main>
    %s
    <script>%s</script>
    </body>
    </html>
    """
        .formatted(hash(SCRIPT), hash(STYLE), connect, STYLE, embedded(data), SCRIPT);
  }

  /** As a policy names an inline script or style. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
