package dev.modelcar.http.settings;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Certificates and private keys in PEM (RFC 7468). */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  /** The AlgorithmIdentifier of RSA, by which a PKCS#1 key becomes a PKCS#8 one. */
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private Pem() {}

  /** A block: what it is called, and what stands between its two lines. */
  private record Block(String label, String base64) {}

  /** All blocks, in order; a bundle has hundreds, and an expression takes its time for each. */
  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      int label = begin + BEGIN.length();
      int labelEnd = text.indexOf(DASHES, label);
      int body = labelEnd + DASHES.length();
      int end = labelEnd < 0 ? -1 : text.indexOf('-', body);
      if (end < 0) {
        break;
      }
      String name = text.substring(label, labelEnd);
      if (text.startsWith("-----END " + name + DASHES, end)) {
        blocks.add(new Block(name, text.substring(body, end)));
      }
      begin = text.indexOf(BEGIN, label);
    }
    return blocks;
  }

  /** All certificates of a bundle, in order. */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] encoded : certificateBytes(text)) {
      certificates.add(certificate(encoded));
    }
    return certificates;
  }

  /** The same, in DER and not yet parsed. */
  static List<byte[]> certificateBytes(String text) throws GeneralSecurityException {
    List<byte[]> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label().endsWith("CERTIFICATE")) {
        certificates.add(decode(block.base64()));
      }
    }
    return certificates;
  }

  /** The words of the JDK's parser are not passed on, for they may quote what it reads. */
  static X509Certificate certificate(byte[] bytes) throws GeneralSecurityException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw new CertificateException("a PEM block is not an X.509 certificate");
    }
  }

  /** The first private key: PKCS#8, or RSA in PKCS#1. */
  static PrivateKey privateKey(String text) throws GeneralSecurityException, IOException {
    for (Block block : blocks(text)) {
      if (block.label().equals("PRIVATE KEY")) {
        return pkcs8(decode(block.base64()));
      }
      if (block.label().equals("RSA PRIVATE KEY")) {
        byte[] key = decode(block.base64());
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(RSA);
        inner.writeBytes(der(0x04, key));
        return pkcs8(der(0x30, inner.toByteArray()));
      }
    }
    throw new InvalidKeySpecException(
        "no unencrypted private key in PKCS#8 or RSA form; convert it with `openssl pkcs8 -topk8"
            + " -nodes`");
  }

  private static PrivateKey pkcs8(byte[] key) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (InvalidKeySpecException e) {
        // Of another kind.
      }
    }
    throw new InvalidKeySpecException("the private key has an unknown type");
  }

  private static byte[] der(int tag, byte[] content) throws InvalidKeySpecException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else if (content.length < 65536) {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    } else {
      throw new InvalidKeySpecException("a key of more than 64 KiB");
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] decode(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("a PEM block is not base64");
    }
  }
}
