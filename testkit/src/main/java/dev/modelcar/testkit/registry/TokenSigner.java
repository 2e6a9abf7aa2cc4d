package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Signs and checks JSON web tokens with ES256. */
final class TokenSigner {
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final ObjectMapper mapper = new ObjectMapper();
  private final TestTls keys;

  TokenSigner(TestTls keys) {
    this.keys = keys;
  }

  String sign(ObjectNode claims, TokenServer.KeyHint hint) {
    try {
      String signed = encode(header(hint)) + "." + encode(claims);
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.privateKey());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a fresh key that cannot sign", e);
    }
  }

  private ObjectNode header(TokenServer.KeyHint hint) throws GeneralSecurityException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    header.put("typ", "JWT").put("alg", "ES256");
    switch (hint) {
      case CERTIFICATE ->
          header
              .putArray("x5c")
              .add(Base64.getEncoder().encodeToString(keys.certificate().getEncoded()));
      case LIBTRUST_ID -> header.put("kid", libtrustId(keys.certificate().getPublicKey()));
      case THUMBPRINT ->
          header.put("kid", thumbprint((ECPublicKey) keys.certificate().getPublicKey()));
    }
    return header;
  }

  private static String encode(JsonNode node) {
    return BASE64.encodeToString(node.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first 240 bits of the key's SHA-256 in base 32, in groups of four. */
  private static String libtrustId(PublicKey key) {
    byte[] digest = BlobUpload.newDigest("SHA-256").digest(key.getEncoded());
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    BigInteger bits = new BigInteger(1, Arrays.copyOf(digest, 30));
    StringBuilder text = new StringBuilder();
    for (int shift = 235; shift >= 0; shift -= 5) {
      text.append(alphabet.charAt(bits.shiftRight(shift).intValue() & 31));
    }
    return text.toString().replaceAll("(.{4})(?!$)", "$1:");
  }

  /**
   * The SHA-256 of the key's required members in order, as distribution computes it: RFC 7638 wants
   * coordinates of full length, but it drops their leading zeros.
   */
  private static String thumbprint(ECPublicKey key) {
    String json =
        "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
    MessageDigest digest = BlobUpload.newDigest("SHA-256");
    return BASE64.encodeToString(digest.digest(json.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String coordinate(BigInteger value) {
    byte[] signed = value.toByteArray();
    return BASE64.encodeToString(
        signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed);
  }

  /** The claims of a token that was signed here; nothing if it was not. */
  Optional<JsonNode> claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(keys.certificate());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
        return Optional.empty();
      }
      return Optional.of(mapper.readTree(Base64.getUrlDecoder().decode(parts[1])));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
