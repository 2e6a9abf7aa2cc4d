package dev.modelcar.testkit.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of contents. */
final class Hashes {
  private Hashes() {}

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }

  static String sha256(Content content) {
    return hex(digest("SHA-256"), content);
  }

  static String gitBlobSha1(Content content) {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + content.size() + "\0").getBytes(StandardCharsets.US_ASCII));
    return hex(digest, content);
  }

  private static String hex(MessageDigest digest, Content content) {
    try {
      OutputStream nowhere = OutputStream.nullOutputStream();
      content.writeTo(new DigestOutputStream(nowhere, digest), 0, content.size());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("a content that cannot be read", e);
    }
  }

  static byte[] bytes(Content content) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(content.size()));
      content.writeTo(bytes, 0, content.size());
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a content that cannot be read", e);
    }
  }
}
