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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM (RFC 7468). */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** The AlgorithmIdentifier of RSA, by which a PKCS#1 key becomes a PKCS#8 one. */
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private Pem() {}

  /** All certificates of a bundle, in order. */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).endsWith("CERTIFICATE")) {
        certificates.add(certificate(factory, decode(block.group(2))));
      }
    }
    return certificates;
  }

  /** The words of the JDK's parser are not passed on, for they may quote what it reads. */
  private static X509Certificate certificate(CertificateFactory factory, byte[] bytes)
      throws GeneralSecurityException {
    try {
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw new CertificateException("a PEM block is not an X.509 certificate");
    }
  }

  /** The first private key: PKCS#8, or RSA in PKCS#1. */
  static PrivateKey privateKey(String text) throws GeneralSecurityException, IOException {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("PRIVATE KEY")) {
        return pkcs8(decode(block.group(2)));
      }
      if (block.group(1).equals("RSA PRIVATE KEY")) {
        byte[] key = decode(block.group(2));
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
